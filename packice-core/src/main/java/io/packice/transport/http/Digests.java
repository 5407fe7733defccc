package io.packice.transport.http;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * CRC32C of blobs, in the header fields of RFC 9530. A blob's is computed when the first reader asks for it, in the reader's request and never
 * on a writer's path, and kept for the next readers. Safe from any thread.
 */
final class Digests {
  /** The digest of a whole blob. */
  static final String REPRESENTATION = "Repr-Digest";
  /** The digest of what one request carries. */
  static final String CONTENT = "Content-Digest";
  /** Asks for {@link #REPRESENTATION}. */
  static final String WANTED = "Want-Repr-Digest";

  private static final Pattern WANTS = Pattern.compile("(^|[, ])crc32c=([1-9]|10)\\b");
  private static final Pattern FIELD = Pattern.compile("(?:^|[, ])crc32c=:([A-Za-z0-9+/]{6}==):");
  private static final long CHUNK_BYTES = 1 << 20;
  private static final int MOST_KEPT = 16_384;

  private final Map<String, Integer> kept = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
      return size() > MOST_KEPT;
    }
  };

  int of(OpenBytes bytes, int blob) {
    String key = bytes.identity() + "#" + blob;
    synchronized (kept) {
      Integer known = kept.get(key);
      if (known != null) {
        return known;
      }
    }
    int computed = bytes.checksum(blob);
    synchronized (kept) {
      kept.put(key, computed);
    }
    return computed;
  }

  static int of(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    for (long at = 0; at < bytes.byteSize(); at += CHUNK_BYTES) {
      crc.update(bytes.asSlice(at, Math.min(CHUNK_BYTES, bytes.byteSize() - at)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  static boolean isWanted(HttpFields headers) {
    String wanted = headers.get(WANTED);
    return wanted != null && WANTS.matcher(wanted).find();
  }

  /** A checksum as it stands in a header field. */
  static String field(int crc32c) {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(crc32c).array();
    return "crc32c=:" + Base64.getEncoder().encodeToString(bytes) + ":";
  }

  /** The checksum that a header field has; null if it has none of this kind. */
  static @Nullable Integer parse(@Nullable String field) {
    Matcher match = FIELD.matcher(field == null ? "" : field);
    return match.find() ? ByteBuffer.wrap(Base64.getDecoder().decode(match.group(1))).getInt() : null;
  }
}
