package io.packice.backends.file;

import io.packice.core.Blob;
import io.packice.internal.os.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** CRC-32C of blobs and manifests; where it is written out, by eight lower-case hexadecimal digits. */
final class Checksum {
  static final int DIGITS = 8;
  private static final long CHUNK_BYTES = 1 << 20;

  private Checksum() {
  }

  static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /**
   * Of one blob as it is on disk now. It is read, not mapped: a file that somebody shortens meanwhile must not stop the peer.
   *
   * @throws DamagedException if the file ends before the blob does
   */
  static int of(Descriptor data, Blob blob) throws DamagedException {
    return of(data, blob, _ -> {
      // nobody waits for it
    });
  }

  /** The same, and tells how many more bytes have been read, again and again. */
  static int of(Descriptor data, Blob blob, LongConsumer read) throws DamagedException {
    CRC32C crc = new CRC32C();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(Math.max(1, Math.min(CHUNK_BYTES, blob.byteSize())));
      for (long done = 0; done < blob.byteSize();) {
        MemorySegment part = chunk.asSlice(0, Math.min(chunk.byteSize(), blob.byteSize() - done));
        if (data.read(part, blob.offset() + done) < part.byteSize()) {
          throw new DamagedException("it ends before byte " + blob.end());
        }
        crc.update(part.asByteBuffer());
        done += part.byteSize();
        read.accept(part.byteSize());
      }
    }
    return (int) crc.getValue();
  }

  static String text(int checksum) {
    return HexFormat.of().toHexDigits(checksum);
  }

  /**
   * Reads what {@link #text} gave.
   *
   * @throws IllegalArgumentException if it is none
   */
  static int parse(@Nullable String text) {
    if (text == null || text.length() != DIGITS) {
      throw new IllegalArgumentException("it lacks a checksum");
    }
    return HexFormat.fromHexDigits(text);
  }
}
