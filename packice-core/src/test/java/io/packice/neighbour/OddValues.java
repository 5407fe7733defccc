package io.packice.neighbour;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** JSON at the bounds of what a peer takes, and past them. What it gives is text of JSON, in which one character stands for a byte that is no UTF-8. */
final class OddValues {
  /** Stands for the byte 0xFF. */
  private static final char NO_UTF_8 = '\uF8FF';

  private static final List<String> UNITS =
      List.of("a", "a", "a", "a", "é", "語", "😀", "\\ud83d\\ude00", "\\ud800", "\\udc00",
          "\\u0000", "\\u001b[2J", "\\u007f", "\\u0085", "\\u2028", "\\u202e", "\\n", "\\r\\n", "\\\"", "\\\\", "/",
          "../", "%2e",
          "%00", " ", "\ufeff", "\\ufffd", String.valueOf(NO_UTF_8), "\u0001", ";name=meta", "\\q");
  private static final List<String> NUMBERS = List.of("0", "1", "-1", "-0", "0.5", "1e400", "-1e400", "1e-400", "1e308",
      "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e18", "4294967296",
      "2147483648",
      "NaN", "Infinity", "01", "+1", "1.", ".5", "0x10", "9".repeat(1_000),
      "1" + "0".repeat(400) + "." + "3".repeat(400), "1e999999999",
      "1e-999999999");
  private static final List<String> OTHERS =
      List.of("null", "true", "false", "\"\"", "\"5\"", "[]", "{}", "[null]", "[[]]", "{\"\":{}}", "tru", "", "]",
          "\"");
  private static final int[] DEPTHS = {1, 2, 100, 490, 498, 499, 500, 501, 502, 1_000, 30_000};
  /** More than any message may have, and little enough for the memory of who sends it. */
  private static final int MOST_LIST_CHARACTERS = 4 << 20;
  private static final int META_BYTES = 64 << 10;

  private final SplittableRandom random;

  OddValues(SplittableRandom random) {
    this.random = random;
  }

  static byte[] encode(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    if (json.indexOf(NO_UTF_8) < 0) {
      return bytes;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == (byte) 0xEF && bytes[i + 1] == (byte) 0xA3 && bytes[i + 2] == (byte) 0xBF) {
        out.write(0xFF);
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }

  <T> T oneOf(List<? extends T> all) {
    return all.get(random.nextInt(all.size()));
  }

  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Mostly what is asked for, now and then something else altogether. */
  String mostly(int percent, Supplier<String> usual) {
    return percent(percent) ? usual.get() : any();
  }

  String any() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> oneOf(OTHERS);
      case 2, 3 -> oneOf(NUMBERS);
      case 4, 5 -> text(255);
      case 6 -> list(this::number, 128);
      default -> meta();
    };
  }

  String number() {
    return percent(50) ? String.valueOf(random.nextInt(2_000)) : oneOf(NUMBERS);
  }

  /** A length around a bound. */
  private int length(int bound) {
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> bound - 1;
      case 3 -> bound;
      case 4 -> bound + 1;
      case 5 -> 2 * bound;
      case 6 -> percent(10) ? 1 << 20 : 1 << 12;
      default -> random.nextInt(1, 20);
    };
  }

  /** A text in quotes whose bytes are around a bound. */
  String text(int bound) {
    int length = length(bound);
    String filler = oneOf(UNITS);
    StringBuilder text = new StringBuilder("\"");
    if (percent(50)) {
      text.append(oneOf(UNITS));
      length -= text.length() - 1;
    }
    text.append(filler.repeat(Math.max(0, length / filler.length())));
    return text.append('"').toString();
  }

  String list(Supplier<String> element, int bound) {
    int length = Math.min(length(bound), 40_000);
    StringJoiner list = new StringJoiner(",", "[", "]");
    for (int i = 0; i < length && list.length() < MOST_LIST_CHARACTERS; i++) {
      list.add(element.get());
    }
    return list.toString();
  }

  /** What metadata may be, or nearly so. */
  String meta() {
    return switch (random.nextInt(8)) {
      case 0 -> "{\"k\":" + text(META_BYTES - 8) + "}";
      case 1 -> "{" + text(64) + ":" + number() + "," + text(64) + ":" + number() + "}";
      case 2 -> nested("[", "]");
      case 3 -> nested("{\"d\":", "}");
      case 4 -> "{\"n\":" + oneOf(NUMBERS) + "}";
      case 5 -> "{\"same\":1,\"same\":2}";
      case 6 -> "{\"k\":[" + list(this::number, 1_000) + "," + oneOf(OTHERS) + "]}";
      default -> "{\"kind\":\"digits\"}";
    };
  }

  private String nested(String open, String close) {
    int depth = DEPTHS[random.nextInt(DEPTHS.length)];
    return "{\"a\":" + open.repeat(depth) + "1" + close.repeat(depth) + "}";
  }
}
