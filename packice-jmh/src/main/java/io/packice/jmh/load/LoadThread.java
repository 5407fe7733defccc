package io.packice.jmh.load;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.AlreadyExistsException;
import io.packice.core.CapacityExceededException;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.commons.math3.distribution.ZipfDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a load. At a given rate its latencies count from when an operation should have begun, so that one that is slow is also counted for
 * those that wait behind it. At full speed there is no such time; there, as HdrHistogram does it, for each operation that took longer than the mean
 * those are added that would have begun meanwhile.
 */
final class LoadThread implements Callable<LoadThread> {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int PAGE_BYTES = 4096;
  private static final int PATIENCE = 3;
  private static final int DIGITS = 3;

  private final Workload workload;
  private final List<PackiceClient> peers;
  private final long firstNanos;
  private final long endNanos;
  private final long giveUpNanos;
  private final double intervalNanos;
  private final RandomGenerator random;
  private final @Nullable ZipfDistribution zipf;
  private final Histogram reads = histogram();
  private final Histogram writes = histogram();
  private long hits;
  private long misses;
  private long ghosts;
  private long refused;
  private long collisions;
  private long neverBegun;

  LoadThread(Workload workload, List<PackiceClient> peers, int index, int threads, long seed, long startNanos,
      long forNanos) {
    this.workload = workload;
    this.peers = peers;
    this.random = new Well19937c(seed);
    this.zipf = workload.zipf() == 0 ? null : new ZipfDistribution(random, workload.keys(), workload.zipf());
    this.intervalNanos = workload.rate() == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) * threads / workload.rate();
    this.firstNanos = startNanos + (long) (intervalNanos * index / threads);
    this.endNanos = startNanos + forNanos;
    this.giveUpNanos = startNanos + PATIENCE * forNanos;
  }

  static Histogram histogram() {
    return new Histogram(DIGITS);
  }

  Histogram reads() {
    return corrected(reads);
  }

  Histogram writes() {
    return corrected(writes);
  }

  private Histogram corrected(Histogram raw) {
    return intervalNanos > 0 || raw.getTotalCount() == 0
        ? raw
        : raw.copyCorrectedForCoordinatedOmission(Math.max(1, (long) raw.getMean()));
  }

  long hits() {
    return hits;
  }

  long misses() {
    return misses;
  }

  long ghosts() {
    return ghosts;
  }

  long neverBegun() {
    return neverBegun;
  }

  long collisions() {
    return collisions;
  }

  long refused() {
    return refused;
  }

  @Override
  public LoadThread call() {
    if (intervalNanos == 0) {
      for (long now = System.nanoTime(); now < endNanos; now = System.nanoTime()) {
        once(now);
      }
      return this;
    }
    long scheduled = (long) Math.ceil((endNanos - firstNanos) / intervalNanos);
    for (long i = 0; i < scheduled; i++) {
      long beginNanos = firstNanos + (long) (i * intervalNanos);
      if (System.nanoTime() > giveUpNanos) { // the peer does not keep up, and never will
        neverBegun = scheduled - i;
        return this;
      }
      for (long left = beginNanos - System.nanoTime(); left > 0; left = beginNanos - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      once(beginNanos);
    }
    return this;
  }

  private void once(long beginNanos) {
    int key = zipf == null ? random.nextInt(workload.keys()) : zipf.sample() - 1;
    if (random.nextDouble() < workload.writeRatio()) {
      put(key, beginNanos);
    } else if (random.nextDouble() < workload.ghostRatio()) {
      readGhost(key, beginNanos);
    } else if (!read(key, beginNanos)) {
      put(key, System.nanoTime());
    }
  }

  private PackiceClient peer(int key) {
    return peers.get(key % peers.size());
  }

  /** Whether nothing is left to be done. */
  private boolean read(int key, long beginNanos) {
    try (LeasedObject object = peer(key).get("load/" + key)) {
      check(object.blob(0).segment(), key);
      hits++;
      return true;
    } catch (NotFoundException absent) {
      misses++;
      return false;
    } catch (NotSealedException someoneElseFillsIt) {
      misses++;
      return true;
    } finally {
      reads.recordValue(System.nanoTime() - beginNanos);
    }
  }

  private void readGhost(int key, long beginNanos) {
    try (LeasedObject object = peer(key).get("ghost/" + key)) {
      throw new IllegalStateException("Cannot go on: " + object + " is there, which nobody has written");
    } catch (NotFoundException asItMustBe) {
      ghosts++;
    } finally {
      reads.recordValue(System.nanoTime() - beginNanos);
    }
  }

  /** Looks at every page, and at what its writer has left in the first. */
  private void check(MemorySegment segment, int key) {
    long sum = segment.get(LONG, 0);
    for (long at = PAGE_BYTES; at < segment.byteSize(); at += PAGE_BYTES) {
      sum += segment.get(ValueLayout.JAVA_BYTE, at);
    }
    if (segment.byteSize() != workload.sizeBytes() || sum != key) {
      throw new IllegalStateException("Cannot go on: object " + key + " of " + segment.byteSize() + " bytes has " + sum
          + " in it; was it written by a load of another --size?");
    }
  }

  private void put(int key, long beginNanos) {
    AcquireRequest request =
        AcquireRequest.create(new ObjectId("load/" + key), List.of((long) workload.sizeBytes()))
            .withIfExists(AcquireRequest.IfExists.REPLACE);
    boolean hasLife = random.nextDouble() < workload.ttlRatio();
    try (ObjectWriter writer = peer(key).create(hasLife ? request.withObjectTtl(workload.ttl()) : request)) {
      MemorySegment segment = writer.blob(0).segment();
      segment.fill((byte) 0).set(LONG, 0, key);
      writer.seal();
    } catch (CapacityExceededException full) {
      refused++;
    } catch (AlreadyExistsException someoneElsePutsIt) {
      collisions++;
    } finally {
      writes.recordValue(System.nanoTime() - beginNanos);
    }
  }
}
