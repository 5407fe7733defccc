package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import io.packice.core.PeerUnavailableException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32C;

/** One client of a peer that is going to be killed. It has its ids to itself, so it knows what each must be. */
final class KillTestWriter {
  private static final int IDS = 8;
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_HELD = 3;
  private static final String ABSENT = "absent";

  private final String prefix;
  private final SplittableRandom random;
  private final boolean sealsOutliveKills;
  /**
   * What an id may be: one thing, or two if an operation was under way when the peer died. Where seals do not outlive kills, what was sealed
   * since the last start may be absent too; what was there at the last start, and was left alone, may not.
   */
  private final Map<String, List<String>> allowed = new HashMap<>();
  private long acknowledged;

  KillTestWriter(String prefix, SplittableRandom random, boolean sealsOutliveKills) {
    this.prefix = prefix;
    this.sealsOutliveKills = sealsOutliveKills;
    this.random = random;
    for (int i = 0; i < IDS; i++) {
      allowed.put(prefix + i, List.of(ABSENT));
    }
  }

  long acknowledged() {
    return acknowledged;
  }

  /** What identifies a version of an object: its metadata, its lengths, the checksums of its bytes. */
  static String fingerprint(LeasedObject object) {
    List<String> blobs = new ArrayList<>();
    object.blobs().forEach(blob -> {
      CRC32C crc = new CRC32C();
      crc.update(blob.byteBuffer());
      blobs.add(blob.byteSize() + ":" + Long.toHexString(crc.getValue()));
    });
    return object.meta().toJson() + blobs;
  }

  /** Takes what it knows out of what was found, and holds it to that; from now on there is no doubt. */
  void verify(Map<String, String> found) {
    for (String id : List.copyOf(allowed.keySet())) {
      String actual = found.getOrDefault(id, ABSENT);
      found.remove(id);
      assertThat(allowed.get(id)).as(id).contains(actual);
      allowed.put(id, List.of(actual));
    }
  }

  void workUntilKilled(Path socket, CountDownLatch operations) {
    Deque<AutoCloseable> held = new ArrayDeque<>();
    try (PackiceClient client = Packice.connect(socket)) {
      while (true) {
        operations.countDown();
        operate(client, held);
        acknowledged++;
        while (held.size() > MAX_HELD) {
          close(held.removeFirst());
        }
      }
    } catch (PeerUnavailableException killed) {
      held.forEach(KillTestWriter::close);
    }
  }

  private static void close(AutoCloseable lease) {
    try {
      lease.close();
    } catch (PeerUnavailableException killed) {
      return; // the lease has ended with its peer
    } catch (Exception e) {
      throw new AssertionError("Cannot close " + lease, e);
    }
  }

  private void operate(PackiceClient client, Deque<AutoCloseable> held) {
    String id = prefix + random.nextInt(IDS);
    boolean isThere = !allowed.get(id).equals(List.of(ABSENT));
    switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> seal(client, id);
      case 4 -> held.add(client.create(prefix + "draft-" + random.nextInt(), random.nextInt(MAX_BYTES)));
      case 5, 6 -> {
        if (isThere) {
          held.add(client.get(id)); // what is replaced or discarded while it is read
        }
      }
      default -> {
        if (isThere) {
          allowed.put(id, List.of(allowed.get(id).getFirst(), ABSENT));
          client.discard(id);
          allowed.put(id, List.of(ABSENT));
        }
      }
    }
  }

  private void seal(PackiceClient client, String id) {
    List<Long> sizes = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      sizes.add((long) random.nextInt(MAX_BYTES));
    }
    AcquireRequest request =
        AcquireRequest.create(new ObjectId(id), sizes).withIfExists(AcquireRequest.IfExists.REPLACE);
    String before = allowed.get(id).getFirst();
    List<String> blobs = new ArrayList<>();
    try (ObjectWriter writer = client.create(request)) {
      for (int i = 0; i < sizes.size(); i++) {
        byte[] bytes = new byte[sizes.get(i).intValue()];
        random.nextBytes(bytes);
        writer.blob(i).segment().copyFrom(MemorySegment.ofArray(bytes));
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        blobs.add(bytes.length + ":" + Long.toHexString(crc.getValue()));
      }
      String after = "{}" + blobs;
      allowed.put(id, sealsOutliveKills ? List.of(before, after) : List.of(before, after, ABSENT));
      writer.seal();
      allowed.put(id, sealsOutliveKills ? List.of(after) : List.of(after, ABSENT));
    }
  }
}
