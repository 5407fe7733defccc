package io.packice.arrow.text;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A type of Arrow with some of its values, the usual ones first, then the extremes: as the bytes that Arrow keeps, as their one right text, and as their one right
 * JSON. What is expected was written down, not computed.
 *
 * @param shown how many of the values stand in docs/values.md
 */
record Specimen(String name, Field field, int shown, List<byte[]> bytes, List<String> texts, List<String> jsons) {
  private static final long DAY = 86_400;
  private static final List<TimeUnit> UNITS =
      List.of(TimeUnit.SECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND);

  /** Writes a value where a column has room for it, past all that reads text. */
  void set(FieldVector vector, int row, int value) {
    byte[] raw = bytes.get(value);
    switch (vector) {
      case BitVector bits -> bits.setSafe(row, raw[0]);
      case BaseFixedWidthVector fixed -> {
        while (row >= fixed.getValueCapacity()) {
          fixed.reAlloc();
        }
        fixed.getDataBuffer().setBytes((long) row * fixed.getTypeWidth(), raw);
        BitVectorHelper.setBit(fixed.getValidityBuffer(), row);
      }
      case BaseVariableWidthVector texts -> texts.setSafe(row, raw);
      case BaseLargeVariableWidthVector texts -> texts.setSafe(row, raw);
      case BaseVariableWidthViewVector texts -> texts.setSafe(row, raw);
      default -> throw new IllegalArgumentException(vector.getClass().toString());
    }
  }

  int count() {
    return bytes.size();
  }

  /** Little-endian, as many bytes as the type has. */
  private static byte[] bytes(int width, BigInteger value) {
    byte[] big = value.toByteArray();
    byte[] little = new byte[width];
    for (int i = 0; i < width; i++) {
      little[i] = i < big.length ? big[big.length - 1 - i] : (byte) (value.signum() < 0 ? -1 : 0);
    }
    return little;
  }

  private static byte[] bytes(int width, long... values) {
    byte[] all = new byte[width];
    int each = width / values.length;
    for (int i = 0; i < values.length; i++) {
      System.arraycopy(bytes(each, BigInteger.valueOf(values[i])), 0, all, i * each, each);
    }
    return all;
  }

  // ---- All of them

  private static final class Builder {
    private final String name;
    private final Field field;
    private final int shown;
    private final boolean quoted;
    private final List<byte[]> bytes = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<String> jsons = new ArrayList<>();

    Builder(String name, Field field, int shown, boolean quoted) {
      this.name = name;
      this.field = field;
      this.shown = shown;
      this.quoted = quoted;
    }

    Builder is(byte[] raw, String text, String json) {
      bytes.add(raw);
      texts.add(text);
      jsons.add(json);
      return this;
    }

    Builder is(byte[] raw, String text) {
      return is(raw, text, quoted ? '"' + text + '"' : text);
    }

    Specimen build() {
      return new Specimen(name, field, shown, bytes, texts, jsons);
    }
  }

  private static Builder numbers(String name, ArrowType type) {
    return new Builder(name, Field.nullable("v", type), type.toString().contains("256") ? 1 : 2, false);
  }

  private static Builder texts(String name, ArrowType type, int shown) {
    return new Builder(name, Field.nullable("v", type), shown, true);
  }

  static List<Specimen> all() {
    List<Specimen> all = new ArrayList<>();
    all.add(numbers("Bool", new ArrowType.Bool()).is(new byte[] {1}, "true").is(new byte[] {0}, "false").build());
    integers(all);
    floats(all);
    decimals(all);
    textsAndBytes(all);
    days(all);
    times(all);
    timestamps(all);
    between(all);
    return all;
  }

  private static void integers(List<Specimen> all) {
    for (int bits = 8; bits <= 64; bits *= 2) {
      BigInteger half = BigInteger.TWO.pow(bits - 1);
      int width = bits / 8;
      all.add(numbers("Int" + bits, new ArrowType.Int(bits, true)).is(bytes(width, -7), "-7")
          .is(bytes(width, half.subtract(BigInteger.ONE)), half.subtract(BigInteger.ONE).toString())
          .is(bytes(width, half.negate()), half.negate().toString()).is(bytes(width, 0), "0").build());
    }
    for (int bits = 8; bits <= 64; bits *= 2) {
      BigInteger most = BigInteger.TWO.pow(bits).subtract(BigInteger.ONE);
      int width = bits / 8;
      all.add(numbers("UInt" + bits, new ArrowType.Int(bits, false)).is(bytes(width, 7), "7")
          .is(bytes(width, most), most.toString()).is(bytes(width, 0), "0").build());
    }
  }

  private static void floats(List<Specimen> all) {
    Builder half = numbers("Float16", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF));
    String[] halves = {"2e66", "0.099975586", "c000", "-2.0", "7bff", "65504.0", "0001", "5.9604645E-8", "0000", "0.0",
        "8000", "-0.0", "3c00", "1.0"};
    for (int i = 0; i < halves.length; i += 2) {
      half.is(bytes(2, Integer.parseInt(halves[i], 16)), halves[i + 1]);
    }
    all.add(half.is(bytes(2, 0x7e00), "NaN", "\"NaN\"").is(bytes(2, 0x7c00), "Infinity", "\"Infinity\"")
        .is(bytes(2, 0xfc00), "-Infinity", "\"-Infinity\"").build());
    all.add(numbers("Float32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE))
        .is(bytes(4, 0x3dcccccd), "0.1").is(bytes(4, 0x7f7fffff), "3.4028235E38").is(bytes(4, 1), "1.4E-45")
        .is(bytes(4, 0x80000000L), "-0.0").is(bytes(4, 0x4b800000), "1.6777216E7")
        .is(bytes(4, 0x7fc00000), "NaN", "\"NaN\"").is(bytes(4, 0x7f800000), "Infinity", "\"Infinity\"")
        .is(bytes(4, 0xff800000L), "-Infinity", "\"-Infinity\"").build());
    all.add(numbers("Float64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))
        .is(bytes(8, 0x3fb999999999999aL), "0.1").is(bytes(8, 0x7fefffffffffffffL), "1.7976931348623157E308")
        .is(bytes(8, 1), "4.9E-324").is(bytes(8, Long.MIN_VALUE), "-0.0")
        .is(bytes(8, 0x7ff8000000000000L), "NaN", "\"NaN\"")
        .is(bytes(8, 0x7ff0000000000000L), "Infinity", "\"Infinity\"")
        .is(bytes(8, 0xfff0000000000000L), "-Infinity", "\"-Infinity\"").build());
  }

  private static BigInteger nines(int digits) {
    return BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
  }

  private static void decimals(List<Specimen> all) {
    all.add(numbers("Decimal128(5, 2)", new ArrowType.Decimal(5, 2, 128)).is(bytes(16, 1250), "12.50")
        .is(bytes(16, -99999), "-999.99").is(bytes(16, 0), "0.00").build());
    all.add(numbers("Decimal128(38, 10)", new ArrowType.Decimal(38, 10, 128)).is(bytes(16, 0), "0.0000000000")
        .is(bytes(16, 1), "0.0000000001").is(bytes(16, nines(38)), "9".repeat(28) + "." + "9".repeat(10)).build());
    all.add(numbers("Decimal128(5, -3)", new ArrowType.Decimal(5, -3, 128)).is(bytes(16, 12), "12000")
        .is(bytes(16, -99999), "-99999000").is(bytes(16, 0), "0").build());
    all.add(numbers("Decimal256(76, 2)", new ArrowType.Decimal(76, 2, 256)).is(bytes(32, -5), "-0.05")
        .is(bytes(32, nines(76).negate()), "-" + "9".repeat(74) + ".99").build());
  }

  private static void textsAndBytes(List<Specimen> all) {
    for (ArrowType type : List.of(new ArrowType.Utf8(), new ArrowType.LargeUtf8(), new ArrowType.Utf8View())) {
      Builder text = texts(type.getTypeID().name(), type, 2);
      for (String value : List.of("Grüße, 世界 😀", "007", "a \"quoted\", longer text\n\tof \\ two lines", " x ", "NA",
          "true", "2026-01-31")) {
        text.is(value.getBytes(StandardCharsets.UTF_8), value, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"")
            .replace("\n", "\\n").replace("\t", "\\t") + '"');
      }
      all.add(text.build());
    }
    for (ArrowType type : List.of(new ArrowType.Binary(), new ArrowType.LargeBinary(), new ArrowType.BinaryView(),
        new ArrowType.FixedSizeBinary(3))) {
      all.add(texts(type.getTypeID().name() + (type instanceof ArrowType.FixedSizeBinary ? "(3)" : ""), type, 1)
          .is(new byte[] {0, (byte) 0xFF, 'a'}, "00ff61").is(new byte[] {'1', '2', '3'}, "313233").build());
    }
    String uuid = "00112233-4455-6677-8899-aabbccddeeff";
    all.add(new Builder("FixedSizeBinary(16), `arrow.uuid`",
        new Field("v", new FieldType(true, new ArrowType.FixedSizeBinary(16), null,
            Map.of("ARROW:extension:name", "arrow.uuid", "ARROW:extension:metadata", "")), null),
        1, true).is(HexFormat.of().parseHex(uuid.replace("-", "")), uuid).build());
  }

  private static void days(List<Specimen> all) {
    Builder days = texts("Date32", new ArrowType.Date(DateUnit.DAY), 3);
    Builder millis = texts("Date64", new ArrowType.Date(DateUnit.MILLISECOND), 3);
    Object[] values = {20_484L, "2026-01-31", (long) Integer.MAX_VALUE, "+5881580-07-11", (long) Integer.MIN_VALUE,
        "-5877641-06-23", -1L, "1969-12-31", 2_932_896L, "9999-12-31", 2_932_897L, "+10000-01-01", -719_528L,
        "0000-01-01", -719_529L, "-0001-12-31"};
    for (int i = 0; i < values.length; i += 2) {
      days.is(bytes(4, (long) values[i]), (String) values[i + 1]);
      millis.is(bytes(8, (long) values[i] * DAY * 1000), (String) values[i + 1]);
    }
    all.add(days.build());
    all.add(millis.build());
  }

  private static void times(List<Specimen> all) {
    all.add(texts("Time32(s)", new ArrowType.Time(TimeUnit.SECOND, 32), 2).is(bytes(4, 54_889), "15:14:49")
        .is(bytes(4, 54_840), "15:14:00").is(bytes(4, DAY - 1), "23:59:59").is(bytes(4, 0), "00:00:00").build());
    all.add(texts("Time32(ms)", new ArrowType.Time(TimeUnit.MILLISECOND, 32), 1)
        .is(bytes(4, 54_889_367), "15:14:49.367").is(bytes(4, DAY * 1000 - 1), "23:59:59.999")
        .is(bytes(4, 0), "00:00:00").build());
    all.add(texts("Time64(us)", new ArrowType.Time(TimeUnit.MICROSECOND, 64), 1)
        .is(bytes(8, 54_889_367_000L), "15:14:49.367").is(bytes(8, DAY * 1_000_000 - 1), "23:59:59.999999").build());
    all.add(texts("Time64(ns)", new ArrowType.Time(TimeUnit.NANOSECOND, 64), 1)
        .is(bytes(8, 1), "00:00:00.000000001").is(bytes(8, DAY * 1_000_000_000 - 1), "23:59:59.999999999").build());
  }

  private static void timestamps(List<Specimen> all) {
    String[][] extremes = {{"2026-01-31T12:00:00", "+292277026596-12-04T15:30:07", "-292277022657-01-27T08:29:52"},
        {"2026-01-31T12:00:00.500", "+292278994-08-17T07:12:55.807", "-292275055-05-16T16:47:04.192"},
        {"2026-01-31T12:00:00.000001", "+294247-01-10T04:00:54.775807", "-290308-12-21T19:59:05.224192"},
        {"2026-01-31T12:00:00.000000001", "2262-04-11T23:47:16.854775807", "1677-09-21T00:12:43.145224192"}};
    long[] usual = {1_769_860_800L, 1_769_860_800_500L, 1_769_860_800_000_001L, 1_769_860_800_000_000_001L};
    String[] units = {"s", "ms", "us", "ns"};
    for (String zone : Arrays.asList(null, "UTC", "Europe/Oslo")) {
      for (int i = 0; i < UNITS.size(); i++) {
        TimeUnit unit = UNITS.get(i);
        String z = zone == null ? "" : "Z";
        String name = "Timestamp(" + units[i] + (zone == null ? "" : ", " + zone) + ")";
        all.add(texts(name, new ArrowType.Timestamp(unit, zone), zone == null ? 3 : 1)
            .is(bytes(8, usual[i]), extremes[i][0] + z).is(bytes(8, Long.MAX_VALUE), extremes[i][1] + z)
            .is(bytes(8, Long.MIN_VALUE), extremes[i][2] + z).is(bytes(8, 0), "1970-01-01T00:00:00" + z).build());
      }
    }
  }

  private static void between(List<Specimen> all) {
    String[][] durations = {{"PT1H30M", "PT2562047788015215H30M7S", "PT-2562047788015215H-30M-8S"},
        {"PT5.4S", "PT2562047788015H12M55.807S", "PT-2562047788015H-12M-55.808S"},
        {"PT0.0054S", "PT2562047788H54.775807S", "PT-2562047788H-54.775808S"},
        {"PT0.0000054S", "PT2562047H47M16.854775807S", "PT-2562047H-47M-16.854775808S"}};
    String[] units = {"s", "ms", "us", "ns"};
    for (int i = 0; i < UNITS.size(); i++) {
      TimeUnit unit = UNITS.get(i);
      all.add(texts("Duration(" + units[i] + ")", new ArrowType.Duration(unit), 2)
          .is(bytes(8, 5_400), durations[i][0]).is(bytes(8, Long.MAX_VALUE), durations[i][1])
          .is(bytes(8, Long.MIN_VALUE), durations[i][2]).is(bytes(8, 0), "PT0S").build());
    }
    all.add(texts("Interval(YEAR_MONTH)", new ArrowType.Interval(IntervalUnit.YEAR_MONTH), 2)
        .is(bytes(4, 14), "P14M").is(bytes(4, 0), "P0D").is(bytes(4, Integer.MAX_VALUE), "P2147483647M")
        .is(bytes(4, Integer.MIN_VALUE), "P-2147483648M").build());
    all.add(texts("Interval(DAY_TIME)", new ArrowType.Interval(IntervalUnit.DAY_TIME), 1)
        .is(bytes(8, 1, 1500), "P1DT1.5S").is(bytes(8, 0, 90_000_000), "PT25H").is(bytes(8, -1, -1), "P-1DT-0.001S")
        .is(bytes(8, Integer.MIN_VALUE, Integer.MAX_VALUE), "P-2147483648DT596H31M23.647S").build());
    all.add(texts("Interval(MONTH_DAY_NANO)", new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO), 1)
        .is(months(1, 2, 3_000_000_004L), "P1M2DT3.000000004S")
        .is(months(Integer.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE),
            "P-2147483648M-2147483648DT-2562047H-47M-16.854775808S")
        .is(months(0, 0, Long.MAX_VALUE), "PT2562047H47M16.854775807S").build());
  }

  private static byte[] months(int months, int days, long nanos) {
    return bytes(16, Integer.toUnsignedLong(months) | (long) days << 32, nanos);
  }
}
