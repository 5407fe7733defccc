package io.packice.transport.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.ByteRange;
import org.jspecify.annotations.Nullable;

/**
 * One range of a Range header, as it was asked for (RFC 9110, 14.1.2).
 *
 * @param first the first byte; -1 for the last bytes
 * @param last the last byte, or how many of the last bytes; -1 for all from the first on
 */
record RangeSpec(long first, long last) {
  private static final Pattern SPEC = Pattern.compile("[ \\t]*(\\d*)-(\\d*)[ \\t]*");
  private static final int MOST_DIGITS = 18;
  /** Bytes between two ranges that cost less to send than the head of another part. */
  private static final long GAP = 80;

  /** The ranges of a header that begins with {@code bytes=}; null if it makes no sense. */
  static @Nullable List<RangeSpec> parse(String header) {
    List<RangeSpec> specs = new ArrayList<>();
    for (String part : header.substring(header.indexOf('=') + 1).split(",", -1)) {
      if (part.isBlank()) {
        continue; // a list may have empty elements
      }
      Matcher match = SPEC.matcher(part);
      if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
        return null;
      }
      RangeSpec spec = new RangeSpec(number(match.group(1)), number(match.group(2)));
      if (spec.first >= 0 && spec.last >= 0 && spec.last < spec.first) {
        return null;
      }
      specs.add(spec);
    }
    return specs.isEmpty() ? null : specs;
  }

  private static long number(String digits) {
    if (digits.isEmpty()) {
      return -1;
    }
    return digits.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /** What of it a blob has; null if nothing. */
  @Nullable
  ByteRange within(long byteSize) {
    if (first < 0) {
      return last == 0 || byteSize == 0 ? null : new ByteRange(Math.max(0, byteSize - last), byteSize - 1);
    }
    if (first >= byteSize) {
      return null;
    }
    return new ByteRange(first, last < 0 ? byteSize - 1 : Math.min(last, byteSize - 1));
  }

  /** The same ranges in the order of the request; those that overlap or nearly touch are joined, and then all stand in the blob's order. */
  static List<ByteRange> coalesce(List<ByteRange> ranges) {
    List<ByteRange> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(ByteRange::first));
    List<ByteRange> joined = new ArrayList<>();
    for (ByteRange range : sorted) {
      ByteRange before = joined.isEmpty() ? null : joined.getLast();
      if (before != null && range.first() <= before.last() + GAP) {
        joined.set(joined.size() - 1, new ByteRange(before.first(), Math.max(before.last(), range.last())));
      } else {
        joined.add(range);
      }
    }
    return joined.size() == ranges.size() ? ranges : joined;
  }
}
