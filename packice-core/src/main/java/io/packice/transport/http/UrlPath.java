package io.packice.transport.http;

import io.packice.core.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request, cut at its slashes and then decoded, so that an id with a slash in it is one segment ({@code %2F}). Nothing is
 * normalised: dots mean nothing, and a segment of nothing but dots has to be encoded.
 */
final class UrlPath {
  /** What stands for itself (RFC 3986, unreserved). */
  private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

  /** What bytes became that are no UTF-8. Where it is meant, it is encoded. */
  private static final char WRONG = '\ufffd';

  private UrlPath() {
  }

  static List<String> split(@Nullable String raw) {
    if (raw == null || !raw.startsWith("/")) {
      throw Refusal.badRequest("Cannot use the path " + raw + "; it begins with a slash");
    }
    List<String> segments = new ArrayList<>();
    for (String segment : raw.substring(1).split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw Refusal.badRequest("Cannot use a path with " + segment + " in it; encode dots that are an id as %2E");
      }
      segments.add(decode(segment));
    }
    return List.copyOf(segments);
  }

  private static String decode(String segment) {
    ByteBuffer bytes = ByteBuffer.allocate(3 * segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        if (i + 2 >= segment.length() || !HexFormat.isHexDigit(segment.charAt(i + 1))
            || !HexFormat.isHexDigit(segment.charAt(i + 2))) {
          throw Refusal.badRequest("Cannot decode a URL: a % is not followed by two hexadecimal digits");
        }
        bytes.put((byte) HexFormat.fromHexDigits(segment, i + 1, i + 3));
        i += 2;
      } else if (c == WRONG) {
        throw Refusal.badRequest("Cannot decode a URL: its bytes are not UTF-8; write what is not ASCII as %XX");
      } else {
        bytes.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return Utf8.decode(bytes.array(), 0, bytes.position());
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("Cannot decode a URL: its bytes are not UTF-8");
    }
  }

  /** The first value of a parameter in a query; null if it is not there. */
  static @Nullable String parameter(@Nullable String rawQuery, String name) {
    if (rawQuery == null) {
      return null;
    }
    for (String each : rawQuery.split("&", -1)) {
      int equals = each.indexOf('=');
      if (decode(each.substring(0, equals < 0 ? each.length() : equals)).equals(name)) {
        return decode(equals < 0 ? "" : each.substring(equals + 1).replace('+', ' ')); // as forms have it
      }
    }
    return null;
  }

  /** One segment as it stands in a path. */
  static String encode(String segment) {
    StringBuilder out = new StringBuilder();
    boolean onlyDots = segment.chars().allMatch(c -> c == '.');
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (PLAIN.indexOf(c) >= 0 && !(onlyDots && c == '.')) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }
}
