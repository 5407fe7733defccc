package io.packice.storage.memory;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The bytes of a file of any size. Grows while it is written by one thread; then immutable and safe from any. */
final class Content {
  private static final int CHUNK = 1 << 20;

  private final List<MemorySegment> pieces = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private final MessageDigest sha256;
  private long size;

  Content() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash by SHA-256: every JVM has it; use another JVM", e);
    }
  }

  void add(MemorySegment bytes) {
    for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
      byte[] piece = new byte[(int) Math.min(CHUNK, bytes.byteSize() - at)];
      MemorySegment segment = MemorySegment.ofArray(piece);
      MemorySegment.copy(bytes, at, segment, 0, piece.length);
      sha256.update(piece);
      size += piece.length;
      pieces.add(segment);
      ends.add(size);
    }
  }

  /** All that another one has. */
  void add(Content other) {
    other.pieces.forEach(this::add);
  }

  long size() {
    return size;
  }

  /** Of all bytes; asked once, when they are there. */
  String hash() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  void read(long offset, MemorySegment target) {
    int piece = firstWith(offset);
    for (long done = 0; done < target.byteSize(); piece++) {
      MemorySegment from = pieces.get(piece);
      long skip = offset + done - (ends.get(piece) - from.byteSize());
      long count = Math.min(from.byteSize() - skip, target.byteSize() - done);
      MemorySegment.copy(from, skip, target, done, count);
      done += count;
    }
  }

  /** The piece that has the byte at an offset. */
  private int firstWith(long offset) {
    int low = 0;
    int high = ends.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends.get(middle) > offset) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
