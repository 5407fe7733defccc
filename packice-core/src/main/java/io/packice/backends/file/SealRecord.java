package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.core.Blob;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a sealed object is, as it stands in the body of a record of the log:
 *
 * <pre>
 *   1 | seal 8 | extent 8 | where in the extent it begins 8 | id | sealed at, seconds 8, nanoseconds 4 | owner 8, -1 for none
 *   | ttl, seconds 8, -1 for none, nanoseconds 4 | blobs 4 | of each: offset 8, size 8, CRC-32C 4 | meta | group
 * </pre>
 *
 * <p>A text is its length in bytes (4; -1 for none), and then UTF-8. Blobs' offsets count from where the object begins, which is 0 as long as each has an
 * extent to itself.
 *
 * @param seal which seal of its store made it
 * @param extent which file has its bytes
 * @param object what the object is
 * @param sealedAt when, by the clock on the wall
 * @param checksums the CRC-32C of each of its blobs, in order
 */
record SealRecord(long seal, long extent, StoredObject object, Instant sealedAt, List<Integer> checksums) {
  private static final long NONE = -1;
  private static final int FIXED_BYTES = 1 + 6 * Long.BYTES + 6 * Integer.BYTES;
  private static final int BLOB_BYTES = 2 * Long.BYTES + Integer.BYTES;

  /** Copies the list. */
  SealRecord {
    checksums = List.copyOf(checksums);
  }

  /** The record as it stands in the log. */
  byte[] toBytes() {
    byte[] id = object.id().value().getBytes(UTF_8);
    byte[] meta = object.meta().toJson().getBytes(UTF_8);
    byte[] group = object.group() == null ? new byte[0] : object.group().getBytes(UTF_8);
    int bodyBytes = FIXED_BYTES + BLOB_BYTES * checksums.size() + id.length + meta.length + group.length;
    return LogFormat.record(bodyBytes, body -> {
      body.put(LogFormat.SEALED).putLong(seal).putLong(extent).putLong(0).putInt(id.length).put(id);
      writeFacts(body);
      for (int i = 0; i < checksums.size(); i++) {
        Blob blob = object.blobs().get(i);
        body.putLong(blob.offset()).putLong(blob.byteSize()).putInt(checksums.get(i));
      }
      body.putInt(meta.length).put(meta).putInt(object.group() == null ? Cursor.NO_TEXT : group.length).put(group);
    });
  }

  private void writeFacts(ByteBuffer body) {
    Duration ttl = object.ttl();
    body.putLong(sealedAt.getEpochSecond()).putInt(sealedAt.getNano()).putLong(object.owner().orElse(NONE))
        .putLong(ttl == null ? NONE : ttl.getSeconds()).putInt(ttl == null ? 0 : ttl.getNano())
        .putInt(checksums.size());
  }

  /**
   * Reads it back.
   *
   * @param in behind the 1
   * @param lastGroup the group of the record before, which is often the same, and then the same text
   * @throws IllegalArgumentException if it is none of ours
   * @throws java.time.DateTimeException if it is none of ours
   * @throws ArithmeticException if it is none of ours
   */
  static SealRecord read(Cursor in, @Nullable String lastGroup) {
    long seal = in.nextLong();
    long extent = in.nextLong();
    if (in.nextLong() != 0) {
      throw new IllegalArgumentException("it begins in the midst of its extent");
    }
    ObjectId id = new ObjectId(in.needText("an id"));
    Instant sealedAt = Instant.ofEpochSecond(in.nextLong(), in.nextInt());
    long owner = in.nextLong();
    long ttlSeconds = in.nextLong();
    int ttlNanos = in.nextInt();
    Blob[] blobs = new Blob[Math.clamp(in.nextInt(), 0, Blob.MAX_PER_OBJECT)];
    Integer[] checksums = new Integer[blobs.length];
    for (int i = 0; i < blobs.length; i++) {
      blobs[i] = new Blob(in.nextLong(), in.nextLong());
      checksums[i] = in.nextInt();
    }
    Metadata meta = Metadata.ofOwnJson(in.needText("metadata"));
    String group = in.nextText();
    StoredObject object =
        new StoredObject(id, List.of(blobs), meta, group != null && group.equals(lastGroup) ? lastGroup : group,
            ttlSeconds == NONE ? null : Duration.ofSeconds(ttlSeconds, ttlNanos),
            owner == NONE ? OptionalLong.empty() : OptionalLong.of(owner));
    if (!in.isAtEnd()) {
      throw new IllegalArgumentException("there is more of it");
    }
    return new SealRecord(seal, extent, object, sealedAt, List.of(checksums));
  }

  /** What it says, in the words of a manifest: for people, and for who compares. */
  Manifest toManifest() {
    return new Manifest(object, seal, sealedAt, checksums);
  }

  static SealRecord of(Manifest manifest) {
    return new SealRecord(manifest.version(), manifest.version(), manifest.object(), manifest.sealedAt(),
        manifest.checksums());
  }

  /**
   * Checks that its file has the right length.
   *
   * @param byteSize of what has the file's name; less than 0 if that is no file, or nothing
   */
  void checkData(long byteSize) throws DamagedException {
    if (byteSize != object.extentBytes()) {
      throw new DamagedException("its data (" + object.id() + ") "
          + (byteSize < 0 ? "are not there" : "have " + byteSize + " bytes instead of " + object.extentBytes()));
    }
  }
}
