package io.packice.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.schema.TensorField;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedWidthVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes arrays as the rows of a table: columns {@code data0}, {@code data1} and so on, and {@code label0}. Rows of several batches become one record
 * batch, so that reading them in sequence gives views. For one thread.
 */
final class MappedWriter implements AutoCloseable {
  static final String DATA = "data";
  static final String LABELS = "label";
  private static final String TYPE = "packice.tensor-type";
  private static final long RECORD_BATCH_BYTES = 32L << 20;

  private final ArrowTables tables;
  private final String name;
  private final long rowCount;
  private final BufferAllocator allocator = new RootAllocator();
  private List<Shape> shapes = List.of();
  private List<DataType> types = List.of();
  private @Nullable TableWriter writer;
  private @Nullable VectorSchemaRoot root;
  private int capacity;
  private int filled;
  private long written;

  MappedWriter(ArrowTables tables, String name, long rowCount) {
    this.tables = tables;
    this.name = name;
    this.rowCount = rowCount;
  }

  /** Appends the rows of some arrays, all of which have so many. */
  void write(int rows, NDList data, NDList labels) {
    List<NDArray> arrays = new ArrayList<>(data);
    arrays.addAll(labels);
    VectorSchemaRoot target = root != null ? root : begin(rows, data, labels);
    requireLikeFirst(rows, arrays);
    if (filled + rows > capacity) {
      flush(target);
    }
    for (int i = 0; i < arrays.size(); i++) {
      append(arrays.get(i), target.getVector(i));
    }
    filled += rows;
  }

  private VectorSchemaRoot begin(int rows, NDList data, NDList labels) {
    if (data.isEmpty()) {
      throw refuse("its transform gave no data; return at least one array");
    }
    List<Field> fields = new ArrayList<>();
    List<NDArray> arrays = new ArrayList<>(data);
    arrays.addAll(labels);
    shapes = arrays.stream().map(array -> rowShape(rows, array)).toList();
    types = arrays.stream().map(NDArray::getDataType).toList();
    for (int i = 0; i < arrays.size(); i++) {
      String field = i < data.size() ? DATA + i : LABELS + (i - data.size());
      fields.add(field(field, types.get(i), shapes.get(i)));
    }
    Schema schema = new Schema(fields);
    writer = tables.create(name, schema, TableOptions.defaults().withExpectedRows(schema, rowCount));
    long rowBytes = 0;
    for (int i = 0; i < shapes.size(); i++) {
      rowBytes += shapes.get(i).size() * types.get(i).getNumOfBytes();
    }
    long wanted = Math.max(rows, RECORD_BATCH_BYTES / Math.max(rowBytes, 1));
    capacity = (int) Math.min(Math.min(wanted, Math.max(rowCount, rows)), Integer.MAX_VALUE - 8);
    VectorSchemaRoot begun = VectorSchemaRoot.create(schema, allocator);
    root = begun;
    begun.getFieldVectors().forEach(this::allocate);
    return begun;
  }

  /** A column of the array's type, which stands in its metadata where Arrow's type does not say it. */
  private static Field field(String name, DataType type, Shape shape) {
    Field field = TensorField.of(name, arrowType(type), shape.getShape());
    if (type != DataType.BOOLEAN) {
      return field;
    }
    Map<String, String> metadata = new HashMap<>(field.getMetadata());
    metadata.put(TYPE, type.name());
    return new Field(name, new FieldType(false, field.getType(), null, metadata), field.getChildren());
  }

  /** How a column that was written here is read. */
  static Column column(Field field) {
    String type = field.getMetadata().get(TYPE);
    return type == null ? Column.of(field.getName()) : Column.of(field.getName()).withType(DataType.valueOf(type));
  }

  private Shape rowShape(int rows, NDArray array) {
    Shape shape = array.getShape();
    if (shape.dimension() == 0 || shape.get(0) != rows) {
      throw refuse("its transform made an array of shape " + shape + " of a batch of " + rows
          + (rows == 1 ? " row" : " rows") + "; the first dimension must be the row");
    }
    return shape.slice(1);
  }

  private void requireLikeFirst(int rows, List<NDArray> arrays) {
    List<Shape> now = arrays.stream().map(array -> rowShape(rows, array)).toList();
    List<DataType> typesNow = arrays.stream().map(NDArray::getDataType).toList();
    if (!now.equals(shapes) || !typesNow.equals(types)) {
      throw refuse(
          "its transform made rows of " + now + " " + typesNow + " from row " + (written + filled) + " on, and of "
              + shapes + " " + types + " before; each batch must give the same");
    }
  }

  private IllegalArgumentException refuse(String why) {
    return new IllegalArgumentException("Cannot compute table " + name + ": " + why);
  }

  private static ArrowType arrowType(DataType type) {
    return switch (type) {
      case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case INT8 -> new ArrowType.Int(8, true);
      case UINT8, BOOLEAN -> new ArrowType.Int(8, false); // Arrow's booleans are bits
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(64, true);
      default -> throw new IllegalArgumentException(
          "Cannot keep an array of " + type.name() + " in a table; let the transform convert it");
    };
  }

  private void allocate(FieldVector vector) {
    if (vector instanceof FixedSizeListVector list) {
      list.setInitialCapacity(capacity);
      list.allocateNew();
      setAllValid(list, capacity);
      FieldVector elements = list.getDataVector();
      int elementCount = Math.multiplyExact(capacity, list.getListSize());
      ((FixedWidthVector) elements).allocateNew(elementCount);
      setAllValid(elements, elementCount);
    } else {
      ((FixedWidthVector) vector).allocateNew(capacity);
      setAllValid(vector, capacity);
    }
  }

  private static void setAllValid(FieldVector vector, int count) {
    vector.getValidityBuffer().setOne(0L, (count + Byte.SIZE - 1L) / Byte.SIZE);
  }

  private void append(NDArray array, FieldVector vector) {
    FieldVector elements = vector instanceof FixedSizeListVector list ? list.getDataVector() : vector;
    MemorySegment source = MemorySegment.ofBuffer(array.toByteBuffer(true));
    long rowBytes = source.byteSize() / array.getShape().get(0);
    MemorySegment.copy(source, 0, VectorColumn.memory(elements.getDataBuffer()), filled * rowBytes, source.byteSize());
  }

  private void flush(VectorSchemaRoot full) {
    if (writer != null && filled > 0) {
      full.setRowCount(filled);
      writer.write(full);
      written += filled;
      filled = 0;
      full.getFieldVectors().forEach(this::allocate);
    }
  }

  /** Publishes the table. */
  void commit() {
    if (writer == null || root == null) {
      throw refuse("the dataset has no rows; map one that has");
    }
    flush(root);
    writer.commit();
  }

  @Override
  public void close() {
    if (root != null) {
      root.close();
    }
    allocator.close();
    if (writer != null) {
      writer.close();
    }
  }
}
