package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.AlreadyExistsException;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.PeerUnavailableException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/** One client of a peer that may be killed. It has its ids to itself, so it knows what each must be; a few more are contested by all writers. */
final class KillTestWriter {
  private static final int IDS = 8;
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_HELD = 3;
  private static final String ABSENT = "absent";
  private static final String CONTESTED = "contested/";
  private static final int CONTESTED_IDS = 3;
  private static final String CONTENT = "content";

  private final String prefix;
  private final SplittableRandom random;
  private final boolean sealsOutliveKills;
  /**
   * What an id may be: one thing, or two if an operation was under way when the peer died. Where seals do not outlive kills, what was sealed
   * since the last start may be absent too; what was there at the last start, and was left alone, may not.
   */
  private final Map<String, List<String>> allowed = new HashMap<>();
  /** Ids of drafts that a killed peer may still hold a claim on. */
  private final Set<String> maybeClaimed = new HashSet<>();
  private final AtomicLong acknowledged = new AtomicLong();

  KillTestWriter(String prefix, SplittableRandom random, boolean sealsOutliveKills) {
    this.prefix = prefix;
    this.sealsOutliveKills = sealsOutliveKills;
    this.random = random;
    for (int i = 0; i < IDS; i++) {
      allowed.put(prefix + i, List.of(ABSENT));
    }
  }

  /** How many of its operations have come to their end. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** What identifies a version of an object: its metadata, its lengths, the checksums of its bytes. */
  static String fingerprint(LeasedObject object) {
    List<String> blobs = new ArrayList<>();
    object.blobs().forEach(blob -> blobs.add(fingerprint(blob.byteBuffer())));
    return object.meta().toJson() + blobs;
  }

  private static String fingerprint(ByteBuffer bytes) {
    int length = bytes.remaining();
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return length + ":" + Long.toHexString(crc.getValue());
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

  /** Holds what all writers make to what its metadata says, and takes it out of what was found. */
  static void verifyContested(Map<String, String> found) {
    for (int i = 0; i < CONTESTED_IDS; i++) {
      String fingerprint = found.remove(CONTESTED + i);
      if (fingerprint != null) {
        Metadata meta = Metadata.parse(fingerprint.substring(0, fingerprint.indexOf('}') + 1));
        assertThat(fingerprint).as(CONTESTED + i).endsWith("[" + meta.text(CONTENT) + "]");
      }
    }
  }

  /** No claim of a killed peer can be in the way from now on. */
  void nothingOfTheDeadIsLeft() {
    maybeClaimed.clear();
  }

  void workUntilKilled(Path socket, CountDownLatch operations) {
    Deque<AutoCloseable> held = new ArrayDeque<>();
    try {
      work(socket, operations, held, () -> false);
    } catch (PeerUnavailableException killed) {
      held.forEach(KillTestWriter::close);
    }
  }

  /** Works with a peer that lives on, until it is enough. */
  void work(Path socket, CountDownLatch operations, BooleanSupplier isEnough) {
    work(socket, operations, new ArrayDeque<>(), isEnough);
  }

  private void work(Path socket, CountDownLatch operations, Deque<AutoCloseable> held, BooleanSupplier isEnough) {
    try (PackiceClient client = Packice.connect(socket)) {
      while (!isEnough.getAsBoolean()) {
        operations.countDown();
        operate(client, held);
        acknowledged.incrementAndGet();
        while (held.size() > MAX_HELD) {
          close(held.removeFirst());
        }
      }
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
    switch (random.nextInt(9)) {
      case 0, 1, 2, 3 -> seal(client, id);
      case 4 -> held.add(client.create(prefix + "draft-" + random.nextInt(), random.nextInt(MAX_BYTES)));
      case 5, 6 -> {
        if (isThere) {
          held.add(client.get(id)); // what is replaced or discarded while it is read
        }
      }
      case 7 -> contest(client, CONTESTED + random.nextInt(CONTESTED_IDS));
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
    List<byte[]> blobs = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      blobs.add(someBytes());
    }
    AcquireRequest request = AcquireRequest
        .create(new ObjectId(id), blobs.stream().map(bytes -> (long) bytes.length).toList())
        .withIfExists(AcquireRequest.IfExists.REPLACE);
    String before = allowed.get(id).getFirst();
    boolean isVacant = maybeClaimed.add(id);
    try (ObjectWriter writer = client.create(request)) {
      for (int i = 0; i < blobs.size(); i++) {
        writer.blob(i).segment().copyFrom(MemorySegment.ofArray(blobs.get(i)));
      }
      String after = "{}" + blobs.stream().map(bytes -> fingerprint(ByteBuffer.wrap(bytes))).toList();
      allowed.put(id, sealsOutliveKills ? List.of(before, after) : List.of(before, after, ABSENT));
      writer.seal();
      allowed.put(id, sealsOutliveKills ? List.of(after) : List.of(after, ABSENT));
    } catch (AlreadyExistsException claimed) {
      if (isVacant) {
        throw claimed; // nobody can have claimed it
      }
      return;
    }
    maybeClaimed.remove(id);
  }

  private byte[] someBytes() {
    byte[] bytes = new byte[random.nextInt(MAX_BYTES)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Replaces, reads or discards what all writers do that with. Its metadata says what it must be. */
  private void contest(PackiceClient client, String id) {
    byte[] bytes = someBytes();
    AcquireRequest request = AcquireRequest.create(new ObjectId(id), List.of((long) bytes.length))
        .withMeta(Metadata.of(Map.of(CONTENT, fingerprint(ByteBuffer.wrap(bytes)))))
        .withIfExists(AcquireRequest.IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(bytes));
      writer.seal();
      try (LeasedObject object = client.get(id)) {
        verifyContested(new HashMap<>(Map.of(id, fingerprint(object))));
      }
      if (random.nextInt(3) == 0) {
        client.discard(id);
      }
    } catch (AlreadyExistsException | NotFoundException other) {
      return; // another writer is at it, or a killed peer's claim is
    }
  }
}
