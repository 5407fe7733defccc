package io.packice.transport.http;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * CRC32C of blobs, in the header fields of RFC 9530. Of what a store may lose bits of, it is what the store noted at the seal: computed from the bytes as they are
 * now, it would vouch for whatever has become of them. Of memory, which cannot change, it is computed when the first reader asks for it, in the reader's
 * request and never on a writer's path, and kept for the next readers. Safe from any thread.
 */
final class Digests {
  /** The digest of a whole blob. */
  static final String REPRESENTATION = "Repr-Digest";
  /** The digest of what one request carries. */
  static final String CONTENT = "Content-Digest";
  /** Asks for {@link #REPRESENTATION}. */
  static final String WANTED = "Want-Repr-Digest";

  private static final Pattern WANTS = Pattern.compile("(^|[, ])crc32c=([1-9]|10)\\b");
  /** One member of a dictionary of byte sequences (RFC 9651, 3.2 and 3.3.5), with parameters behind it. */
  private static final Pattern MEMBER = Pattern.compile("([a-z*][a-z0-9_.*-]*+)=:([A-Za-z0-9+/]*+={0,2}):"
      + "(?: *; *[a-z*][a-z0-9_.*-]*+(?:=(?:\"(?:[^\"\\\\]++|\\\\.)*+\"|[^\",;\\s]++))?)*+");
  private static final Pattern BETWEEN = Pattern.compile("[ \\t]*+,[ \\t]*+");
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
    Optional<List<Integer>> noted = bytes.checksums();
    if (noted.isPresent()) {
      return noted.get().get(blob);
    }
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

  /**
   * The checksum that a header field has; null if it has none of this kind.
   *
   * @throws IllegalArgumentException if the field makes no sense
   */
  static @Nullable Integer parse(@Nullable String field) {
    String text = field == null ? "" : field.strip();
    Integer found = null;
    for (int at = 0; at < text.length();) {
      Matcher member = MEMBER.matcher(text).region(at, text.length());
      if (!member.lookingAt()) {
        throw new IllegalArgumentException("it is no list of digests such as " + field(0));
      }
      if (member.group(1).equals("crc32c")) {
        found = crc32c(member.group(2)); // the last of one name counts
      }
      at = member.end();
      if (at < text.length()) {
        Matcher between = BETWEEN.matcher(text).region(at, text.length());
        at = between.lookingAt() && between.end() < text.length() ? between.end() : at;
      }
    }
    return found;
  }

  private static int crc32c(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    if (bytes.length != Integer.BYTES) {
      throw new IllegalArgumentException("a CRC-32C has 4 bytes, not " + bytes.length);
    }
    return ByteBuffer.wrap(bytes).getInt();
  }

  /** What a request says of its body. Half a digest is worse than none: its sender believes that the bytes are compared. */
  static List<Integer> announced(HttpFields headers) {
    List<Integer> all = new ArrayList<>();
    boolean isWhole = !headers.contains(HttpHeader.CONTENT_RANGE);
    for (String name : isWhole ? List.of(CONTENT, REPRESENTATION) : List.of(CONTENT)) {
      try {
        Integer one = parse(String.join(",", headers.getValuesList(name)));
        if (one != null) {
          all.add(one);
        }
      } catch (IllegalArgumentException e) {
        throw Refusal
            .badRequest("Cannot use " + name + ": " + e.getMessage() + "; send it as RFC 9530 says, or leave it out");
      }
    }
    return all;
  }
}
