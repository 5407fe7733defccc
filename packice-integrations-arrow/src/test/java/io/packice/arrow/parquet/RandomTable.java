package io.packice.arrow.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampSecTZVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Schemas and batches that dice have made, the same for the same seed. */
final class RandomTable {
  private static final int MAX_DEPTH = 3;
  private static final String TEXT = "Grüße, 世界! 😀 \0\n\"'";

  private static final int MAX_VALUES = 40;
  private static final String VALUE = "v";

  private final Random random;
  private final boolean encodes;
  /** What indices stand for, by id; what another's values refer to comes before it. */
  private final Map<Long, Field> values = new LinkedHashMap<>();
  private final Map<Long, Integer> sizes = new LinkedHashMap<>();

  RandomTable(long seed) {
    this(seed, false);
  }

  private RandomTable(long seed, boolean encodes) {
    this.random = new Random(seed);
    this.encodes = encodes;
  }

  /** Some columns, at any depth, are dictionary-encoded. */
  static RandomTable withDictionaries(long seed) {
    return new RandomTable(seed, true);
  }

  // ---- Schemas

  Schema schema() {
    List<Field> fields = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      fields.add(field("c" + i + (random.nextInt(5) == 0 ? " ä.x" : ""), MAX_DEPTH));
    }
    return new Schema(fields, random.nextBoolean() ? Map.of("made by", "dice") : null);
  }

  private Field field(String name, int depth) {
    return field(name, depth, random.nextInt(4) > 0);
  }

  private Field field(String name, int depth, boolean nullable) {
    if (encodes && !name.equals(VALUE) && !name.equals("key") && random.nextInt(4) == 0) {
      Field of = field(VALUE, Math.max(0, depth - 1), nullable);
      long id = 3L * values.size() + 1;
      values.put(id, of);
      ArrowType.Int index = new ArrowType.Int(8 << random.nextInt(4), random.nextBoolean());
      return new Field(name,
          new FieldType(of.isNullable(), index, new DictionaryEncoding(id, random.nextBoolean(), index)),
          null);
    }
    int kind = random.nextInt(depth == 0 ? 24 : 32);
    return switch (kind) {
      case 24, 25 -> of(name, nullable, new ArrowType.List(), field("item", depth - 1));
      case 26 -> of(name, nullable, new ArrowType.LargeList(), field("element", depth - 1));
      case 27 -> of(name, nullable, new ArrowType.FixedSizeList(1 + random.nextInt(4)), field("$data$", depth - 1));
      case 28 ->
          of(name, nullable, new ArrowType.Map(random.nextBoolean()), of("entries", false, new ArrowType.Struct(),
              field("key", 0, false), field("value", depth - 1)));
      case 29, 30, 31 -> {
        List<Field> children = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
          children.add(field("f" + i, depth - 1));
        }
        yield of(name, nullable, new ArrowType.Struct(), children.toArray(Field[]::new));
      }
      default ->
          of(name, nullable || (kind == 0 && !name.equals("key")), leaf(name.equals("key") ? 1 + kind % 23 : kind));
    };
  }

  private static Field of(String name, boolean nullable, ArrowType type, Field... children) {
    Map<String, String> metadata = name.equals("c0") ? Map.of("note", "ö") : Map.of();
    return new Field(name, new FieldType(nullable, type, null, metadata), List.of(children));
  }

  @SafeVarargs
  private <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }

  private TimeUnit unit() {
    return pick(TimeUnit.SECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND);
  }

  private ArrowType leaf(int kind) {
    return switch (kind) {
      case 0 -> new ArrowType.Null();
      case 1 -> new ArrowType.Bool();
      case 2, 3 -> new ArrowType.Int(8 << random.nextInt(4), random.nextBoolean());
      case 4 -> new ArrowType.Int(32, true);
      case 5 -> new ArrowType.Int(64, true);
      case 6, 7, 8 -> new ArrowType.FloatingPoint(
          pick(FloatingPointPrecision.HALF, FloatingPointPrecision.SINGLE, FloatingPointPrecision.DOUBLE));
      case 9, 10 -> new ArrowType.Utf8();
      case 11 -> new ArrowType.LargeUtf8();
      case 12 -> new ArrowType.Binary();
      case 13 -> new ArrowType.LargeBinary();
      case 14 -> new ArrowType.FixedSizeBinary(1 + random.nextInt(20));
      case 15, 16 -> decimal();
      case 17 -> new ArrowType.Date(pick(DateUnit.DAY, DateUnit.MILLISECOND));
      case 18 -> {
        TimeUnit unit = unit();
        yield new ArrowType.Time(unit, unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64);
      }
      case 19, 20 ->
          new ArrowType.Timestamp(unit(), random.nextBoolean() ? null : random.nextBoolean() ? "UTC" : "Europe/Oslo");
      case 21 -> new ArrowType.Duration(unit());
      default -> new ArrowType.Interval(
          pick(IntervalUnit.YEAR_MONTH, IntervalUnit.DAY_TIME, IntervalUnit.MONTH_DAY_NANO));
    };
  }

  private ArrowType decimal() {
    boolean wide = random.nextInt(3) == 0;
    int precision = 1 + random.nextInt(wide ? 76 : 38);
    return new ArrowType.Decimal(precision, random.nextInt(precision + 1), wide ? 256 : 128);
  }

  // ---- Batches

  /** New dictionaries for the columns of the schema that was made last. */
  MapDictionaryProvider dictionaries(Schema schema, BufferAllocator allocator) {
    MapDictionaryProvider dictionaries = new MapDictionaryProvider();
    values.forEach((id, field) -> {
      FieldVector vector = field.createVector(allocator);
      int size = 1 + random.nextInt(MAX_VALUES);
      fill(vector, size);
      sizes.put(id, size);
      dictionaries.put(new Dictionary(vector, encoding(schema.getFields(), id)));
    });
    return dictionaries;
  }

  private DictionaryEncoding encoding(List<Field> fields, long id) {
    return Stream.concat(fields.stream(), values.values().stream()).flatMap(RandomTable::all)
        .map(Field::getDictionary).filter(encoding -> encoding != null && encoding.getId() == id).findFirst()
        .orElseThrow();
  }

  private static Stream<Field> all(Field field) {
    return Stream.concat(Stream.of(field), field.getChildren().stream().flatMap(RandomTable::all));
  }

  VectorSchemaRoot batch(Schema schema, int rows, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    root.getFieldVectors().forEach(vector -> fill(vector, rows));
    root.setRowCount(rows);
    return root;
  }

  private interface Setter {
    void set(int row);
  }

  private void each(FieldVector vector, int rows, Setter setter) {
    double nulls = vector.getField().isNullable() ? new double[] {0, 0.1, 0.5, 1}[random.nextInt(4)] : 0;
    for (int i = 0; i < rows; i++) {
      if (random.nextDouble() < nulls) {
        vector.setNull(i);
      } else {
        setter.set(i);
      }
    }
  }

  private void fill(FieldVector vector, int rows) {
    switch (vector) {
      case NullVector _ -> {
      }
      case BitVector bits -> {
        bits.allocateNew(rows);
        each(bits, rows, i -> bits.set(i, random.nextInt(2)));
      }
      case DecimalVector decimals -> {
        decimals.allocateNew(rows);
        each(decimals, rows, i -> decimals.set(i, decimal(decimals.getPrecision(), decimals.getScale())));
      }
      case Decimal256Vector decimals -> {
        decimals.allocateNew(rows);
        each(decimals, rows, i -> decimals.set(i, decimal(decimals.getPrecision(), decimals.getScale())));
      }
      case BaseIntVector index when vector.getField().getDictionary() != null -> {
        int size = sizes.get(vector.getField().getDictionary().getId());
        index.allocateNew();
        each(index, rows, i -> index.setWithPossibleTruncate(i, random.nextInt(size)));
      }
      case BaseFixedWidthVector fixed -> {
        fixed.allocateNew(rows);
        each(fixed, rows, i -> {
          fixed.getDataBuffer().setBytes((long) i * fixed.getTypeWidth(), value(fixed));
          BitVectorHelper.setBit(fixed.getValidityBuffer(), i);
        });
      }
      case BaseVariableWidthVector bytes -> {
        bytes.allocateNew();
        each(bytes, rows, i -> bytes.setSafe(i, text()));
      }
      case BaseLargeVariableWidthVector bytes -> {
        bytes.allocateNew(rows);
        each(bytes, rows, i -> bytes.setSafe(i, text()));
      }
      case ListVector list -> {
        list.allocateNew();
        each(list, rows, i -> {
          list.startNewValue(i);
          list.endValue(i, random.nextInt(4));
        });
        list.setValueCount(rows);
        fill(list.getDataVector(), rows == 0 ? 0 : list.getElementEndIndex(rows - 1));
      }
      case LargeListVector list -> {
        list.setInitialCapacity(rows); // it does not grow by itself
        list.allocateNew();
        each(list, rows, i -> {
          list.startNewValue(i);
          list.endValue(i, random.nextInt(4));
        });
        list.setValueCount(rows);
        fill(list.getDataVector(), rows == 0 ? 0 : (int) list.getElementEndIndex(rows - 1));
      }
      case FixedSizeListVector list -> {
        list.setInitialCapacity(rows);
        list.allocateNew();
        each(list, rows, list::setNotNull);
        fill(list.getDataVector(), rows * list.getListSize());
      }
      case StructVector struct -> {
        struct.setInitialCapacity(rows);
        struct.allocateNew();
        each(struct, rows, struct::setIndexDefined);
        struct.getChildrenFromFields().forEach(child -> fill(child, rows));
      }
      default -> throw new IllegalArgumentException(vector.getClass().toString());
    }
    vector.setValueCount(rows);
  }

  private long extreme() {
    return switch (random.nextInt(6)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> random.nextInt(3) - 1;
      case 3 -> random.nextInt();
      case 4 -> random.nextInt(5);
      default -> random.nextLong();
    };
  }

  /** Little-endian, and within what the type allows. */
  private byte[] value(BaseFixedWidthVector vector) {
    int width = vector.getTypeWidth();
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i += Long.BYTES) {
      put(bytes, i, extreme());
    }
    switch (vector) {
      case DateMilliVector _ -> put(bytes, 0, random.nextInt() * 86_400_000L);
      case TimeStampSecVector _,TimeStampSecTZVector _ -> put(bytes, 0, extreme() / 1000);
      case IntervalYearVector _ -> bytes[3] &= 0x7F; // Parquet has none below zero
      case IntervalDayVector _ -> {
        bytes[3] &= 0x7F;
        bytes[7] &= 0x7F;
      }
      case IntervalMonthDayNanoVector _ -> {
        bytes[3] &= 0x7F;
        bytes[7] &= 0x7F;
        put(bytes, 8, Integer.toUnsignedLong(random.nextInt()) * 1_000_000L);
      }
      case FieldVector time when time.getField().getType() instanceof ArrowType.Time ->
          put(bytes, 0, random.nextInt(86_400));
      default -> {
      }
    }
    return bytes;
  }

  private static void put(byte[] bytes, int at, long value) {
    for (int i = 0; i < Long.BYTES && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >> (8 * i));
    }
  }

  private BigDecimal decimal(int precision, int scale) {
    BigInteger limit = BigInteger.TEN.pow(precision);
    BigInteger unscaled = switch (random.nextInt(4)) {
      case 0 -> limit.subtract(BigInteger.ONE);
      case 1 -> BigInteger.ZERO;
      default -> new BigInteger(limit.bitLength(), random).mod(limit);
    };
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
  }

  private byte[] text() {
    int from = random.nextInt(8);
    String text = switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> TEXT.repeat(1 + random.nextInt(20));
      case 2 -> "same";
      default -> TEXT.substring(from, TEXT.offsetByCodePoints(from, random.nextInt(5)));
    };
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
