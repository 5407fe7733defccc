package io.packice.arrow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches of random values, the same for the same seed. */
public final class RandomVectors {
  private static final int ELEMENTS = 50;
  private static final int MOST = 5;
  private static final int[] SPARSE_IDS = {3, 7}; // a vector's own field says others
  private static final int[] DENSE_IDS = {2, 5};

  private final Random random;
  private final double nullShare;

  public RandomVectors(long seed, double nullShare) {
    this.random = new Random(seed);
    this.nullShare = nullShare;
  }

  public static Field field(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  /** A column of every type that has values, and some of nested ones. */
  public static Schema everyType() {
    Field text = field("text", new ArrowType.Utf8());
    Field number = field("number", new ArrowType.Int(32, true));
    Field pair = field("pair", new ArrowType.Struct(), text, number);
    return new Schema(List.of(
        field("int8", new ArrowType.Int(8, true)), field("int16", new ArrowType.Int(16, true)),
        field("int32", new ArrowType.Int(32, true)), field("int64", new ArrowType.Int(64, true)),
        field("uint8", new ArrowType.Int(8, false)), field("uint16", new ArrowType.Int(16, false)),
        field("uint32", new ArrowType.Int(32, false)), field("uint64", new ArrowType.Int(64, false)),
        field("half", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)),
        field("single", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
        field("double", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
        field("bool", new ArrowType.Bool()), field("nothing", new ArrowType.Null()),
        field("decimal", new ArrowType.Decimal(38, 9, 128)), field("decimal256", new ArrowType.Decimal(76, 9, 256)),
        field("day", new ArrowType.Date(DateUnit.DAY)), field("milli", new ArrowType.Date(DateUnit.MILLISECOND)),
        field("time", new ArrowType.Time(TimeUnit.SECOND, 32)),
        field("nanotime", new ArrowType.Time(TimeUnit.NANOSECOND, 64)),
        field("instant", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
        field("local", new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)),
        field("duration", new ArrowType.Duration(TimeUnit.MILLISECOND)),
        field("months", new ArrowType.Interval(IntervalUnit.YEAR_MONTH)),
        field("days", new ArrowType.Interval(IntervalUnit.DAY_TIME)),
        field("nanos", new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)),
        field("fixed", new ArrowType.FixedSizeBinary(5)),
        field("utf8", new ArrowType.Utf8()), field("binary", new ArrowType.Binary()),
        field("large utf8", new ArrowType.LargeUtf8()), field("large binary", new ArrowType.LargeBinary()),
        field("utf8 view", new ArrowType.Utf8View()), field("binary view", new ArrowType.BinaryView()),
        field("list", new ArrowType.List(), text), field("large list", new ArrowType.LargeList(), number),
        field("tensor", new ArrowType.FixedSizeList(3), number), pair,
        field("list of pairs", new ArrowType.List(), pair),
        field("list of lists", new ArrowType.List(), field("inner", new ArrowType.List(), number)),
        new Field("map", FieldType.nullable(new ArrowType.Map(false)), List.of(
            new Field("entries", FieldType.notNullable(new ArrowType.Struct()), List.of(
                new Field("key", FieldType.notNullable(new ArrowType.Utf8()), null), number))))),
        java.util.Map.of("made by", "a test"));
  }

  /** Of what Arrow cannot copy single values: list views, unions and run ends. */
  public static List<Field> rareTypes() {
    Field number = field("number", new ArrowType.Int(32, true));
    Field text = field("text", new ArrowType.Utf8View());
    return List.of(field("view", new ArrowType.ListView(), number),
        field("large view", new ArrowType.LargeListView(), text),
        required("sparse", new ArrowType.Union(UnionMode.Sparse, SPARSE_IDS), number, text),
        required("dense", new ArrowType.Union(UnionMode.Dense, DENSE_IDS), text, number),
        required("runs", ArrowType.RunEndEncoded.INSTANCE, required("run_ends", new ArrowType.Int(32, true)),
            field("values", new ArrowType.Utf8View())));
  }

  public static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  /** A value as text that is equal where values are. */
  public static Object value(FieldVector vector, int row) {
    if (!(vector instanceof UnionVector || vector instanceof DenseUnionVector) && vector.isNull(row)) {
      return null;
    }
    return switch (vector) {
      case LargeListViewVector list -> { // its own getObject takes 64 bits for 32
        List<Object> values = new ArrayList<>();
        long start = list.getOffsetBuffer().getLong(row * 8L);
        for (long i = start; i < start + list.getSizeBuffer().getLong(row * 8L); i++) {
          values.add(value(list.getDataVector(), (int) i));
        }
        yield values.toString();
      }
      case FieldVector other when other.getObject(row) instanceof byte[] bytes -> HexFormat.of().formatHex(bytes);
      default -> String.valueOf(vector.getObject(row));
    };
  }

  public static List<Object> values(FieldVector vector) {
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < vector.getValueCount(); row++) {
      values.add(value(vector, row));
    }
    return values;
  }

  public VectorSchemaRoot batch(Schema schema, int rows, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    root.getFieldVectors().forEach(vector -> fill(vector, rows));
    root.setRowCount(rows);
    return root;
  }

  private boolean isNull(FieldVector vector) {
    return vector.getField().isNullable() && random.nextDouble() < nullShare;
  }

  private void fill(FieldVector vector, int rows) {
    switch (vector) {
      case NullVector _ -> {
      }
      case BitVector bits -> {
        bits.allocateNew(rows);
        each(bits, rows, i -> bits.set(i, random.nextInt(2)));
      }
      case BaseFixedWidthVector fixed -> {
        fixed.allocateNew(rows);
        byte[] value = new byte[fixed.getTypeWidth()];
        each(fixed, rows, i -> {
          random.nextBytes(value);
          fixed.getDataBuffer().setBytes((long) i * value.length, value);
          BitVectorHelper.setBit(fixed.getValidityBuffer(), i);
        });
      }
      case BaseVariableWidthVector bytes -> each(bytes, rows, i -> bytes.setSafe(i, text()));
      case BaseLargeVariableWidthVector bytes -> {
        bytes.allocateNew(rows);
        each(bytes, rows, i -> bytes.setSafe(i, text()));
      }
      case BaseVariableWidthViewVector bytes -> {
        bytes.allocateNew(rows);
        each(bytes, rows, i -> bytes.setSafe(i, longText()));
      }
      case ListVector list -> {
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
        each(list, rows, list::setNotNull);
        fill(list.getDataVector(), rows * list.getListSize());
      }
      case StructVector struct -> {
        each(struct, rows, struct::setIndexDefined);
        struct.getChildrenFromFields().forEach(child -> fill(child, rows));
      }
      case ListViewVector list -> fillView(list, rows);
      case LargeListViewVector list -> fillView(list, rows);
      case UnionVector union -> {
        union.getChildrenFromFields().forEach(child -> fill(child, rows));
        union.setValueCount(rows);
        for (int i = 0; i < rows; i++) {
          union.getTypeBuffer().setByte(i, SPARSE_IDS[random.nextInt(SPARSE_IDS.length)]);
        }
      }
      case DenseUnionVector union -> {
        List<FieldVector> children = union.getChildrenFromFields();
        int[] counts = new int[children.size()];
        for (int i = 0; i < rows; i++) {
          int child = random.nextInt(counts.length);
          union.setTypeId(i, (byte) DENSE_IDS[child]);
          union.setOffset(i, counts[child]++);
        }
        for (int i = 0; i < counts.length; i++) {
          fill(children.get(i), counts[i]);
        }
      }
      case RunEndEncodedVector runs -> {
        int count = 0;
        for (int end = 0; end < rows; count++) {
          end = Math.min(rows, end + 1 + random.nextInt(10));
          ((IntVector) runs.getRunEndsVector()).setSafe(count, end);
        }
        runs.getRunEndsVector().setValueCount(count);
        fill(runs.getValuesVector(), count);
      }
      default -> throw new IllegalArgumentException(vector.getClass().toString());
    }
    vector.setValueCount(rows);
  }

  /** Lists that overlap, as views may. */
  private void fillView(ListViewVector list, int rows) {
    fill(list.getDataVector(), ELEMENTS);
    for (int i = 0; i < rows; i++) {
      list.setNull(i); // which makes room
      if (!isNull(list)) {
        list.setValidity(i, 1);
        list.setOffset(i, random.nextInt(ELEMENTS - MOST));
        list.setSize(i, random.nextInt(MOST));
      }
    }
  }

  private void fillView(LargeListViewVector list, int rows) {
    fill(list.getDataVector(), ELEMENTS);
    for (int i = 0; i < rows; i++) {
      list.setNull(i);
      if (!isNull(list)) {
        list.setValidity(i, 1);
        list.getOffsetBuffer().setLong(i * 8L, random.nextInt(ELEMENTS - MOST));
        list.getSizeBuffer().setLong(i * 8L, random.nextInt(MOST));
      }
    }
  }

  /** Now and then longer than others, so that views have several data buffers. */
  private byte[] longText() {
    byte[] text = text();
    int times = random.nextInt(4) == 0 ? 100 : 1;
    byte[] all = new byte[text.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(text, 0, all, i * text.length, text.length);
    }
    return all;
  }

  private interface Setter {
    void set(int row);
  }

  private void each(FieldVector vector, int rows, Setter setter) {
    for (int i = 0; i < rows; i++) {
      if (isNull(vector)) {
        vector.setNull(i);
      } else {
        setter.set(i);
      }
    }
  }

  private byte[] text() {
    return "äß€😀 shared memory of the JVM".substring(0, random.nextInt(4) == 0 ? 0 : 2 + random.nextInt(24))
        .getBytes(StandardCharsets.UTF_8);
  }
}
