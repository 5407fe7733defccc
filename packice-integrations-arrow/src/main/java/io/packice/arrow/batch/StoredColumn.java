package io.packice.arrow.batch;

import io.packice.arrow.schema.Damage;
import io.packice.arrow.vectors.IndexCheck;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * A column of one batch, or a field inside of one, where it lies in memory: what Spark and DJL read, by address or as segments, and what no memory is taken for. Its counts were
 * compared with its buffers, and its offsets too if whoever gave it says so. It is valid as long as that memory is; who reads by address is not told when it is not.
 *
 * @param field the field, as vectors have it
 * @param length how many values it has
 * @param nullCount how many of them are null
 * @param buffers in the order of IPC: which are null, if some are; offsets or views, if its type has them; values
 * @param children the fields inside of it
 * @param dictionary what its values are the indices of; null if they are the values
 */
public record StoredColumn(Field field, int length, int nullCount, List<MemorySegment> buffers,
    List<StoredColumn> children,
    @Nullable StoredColumn dictionary) {
  /** Copies the lists. */
  public StoredColumn {
    buffers = List.copyOf(buffers);
    children = List.copyOf(children);
  }

  /**
   * A column of nothing but nulls, whatever its type: it is told as one of Arrow's nulls, which have no buffers.
   *
   * @param name what it is called
   * @param length how many
   * @return the column
   */
  public static StoredColumn ofNulls(String name, int length) {
    return new StoredColumn(new Field(name, FieldType.nullable(ArrowType.Null.INSTANCE), null), length, length,
        List.of(), List.of(),
        null);
  }

  /**
   * The same memory as a vector.
   *
   * @param vector a vector without encodings; the column is valid until it is closed
   * @return the column
   */
  public static StoredColumn of(FieldVector vector) {
    List<MemorySegment> buffers = new ArrayList<>();
    for (ArrowBuf buffer : vector.getFieldBuffers()) {
      buffers.add(NativeMemory.of(buffer, buffer.capacity()));
    }
    return new StoredColumn(vector.getField(), vector.getValueCount(), vector.getNullCount(), buffers,
        vector.getChildrenFromFields().stream().map(StoredColumn::of).toList(), null);
  }

  /**
   * The first values.
   *
   * @param count how many, at most all; none of the column is null or has fields inside of it
   * @return a column of these
   */
  public StoredColumn first(int count) {
    return new StoredColumn(field, count, 0, buffers, children, dictionary);
  }

  /**
   * Where a buffer begins.
   *
   * @param index which, in the order of IPC
   * @return its address
   */
  public long address(int index) {
    return buffers.get(index).address();
  }

  /**
   * Where the bits begin that say which values are not null.
   *
   * @return their address; 0 if no value is null, or the type has no such bits
   */
  public long validity() {
    return nullCount == 0 || buffers.isEmpty() || field.getType() instanceof ArrowType.Union ? 0 : address(0);
  }

  private boolean isNull(long index) {
    return nullCount > 0
        && (buffers.getFirst().get(NativeMemory.BYTE, index / Byte.SIZE) & (1 << (index % Byte.SIZE))) == 0;
  }

  /**
   * Follows the indices, of this column and of the fields inside of it.
   *
   * @throws Damage if one leads out of its dictionary
   */
  public void requireIndices() {
    StoredColumn values = dictionary;
    if (values != null && field.getType() instanceof ArrowType.Int type) {
      for (int row = 0; row < length; row++) {
        if (!isNull(row)) {
          IndexCheck.require(field, row, index(type, row), values.length);
        }
      }
    }
    children.forEach(StoredColumn::requireIndices);
  }

  private long index(ArrowType.Int type, long row) {
    MemorySegment indices = buffers.get(1);
    return switch (type.getBitWidth()) {
      case Byte.SIZE -> {
        byte value = indices.get(NativeMemory.BYTE, row);
        yield type.getIsSigned() ? value : Byte.toUnsignedLong(value);
      }
      case Short.SIZE -> {
        short value = indices.get(NativeMemory.SHORT, row * Short.BYTES);
        yield type.getIsSigned() ? value : Short.toUnsignedLong(value);
      }
      case Integer.SIZE -> {
        int value = indices.get(NativeMemory.INT, row * Integer.BYTES);
        yield type.getIsSigned() ? value : Integer.toUnsignedLong(value);
      }
      default -> indices.get(NativeMemory.LONG, row * Long.BYTES);
    };
  }
}
