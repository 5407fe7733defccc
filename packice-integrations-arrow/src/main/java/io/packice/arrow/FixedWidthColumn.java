package io.packice.arrow;

import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.schema.FixedWidth;
import io.packice.arrow.schema.TensorField;
import io.packice.arrow.schema.TensorShape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A column of fixed-width values without nulls, as plain memory: a tensor whose first dimension is the row. Safe from any thread; valid while its
 * {@link ArrowTable} is open, after which its segments throw {@link IllegalStateException}.
 */
public final class FixedWidthColumn {
  private final Field field;
  private final ArrowType elementType;
  private final TensorShape rowShape;
  private final long rowBytes;
  private final List<Chunk> chunks;

  private FixedWidthColumn(Field field, ArrowType elementType, TensorShape rowShape, long rowBytes,
      List<Chunk> chunks) {
    this.field = field;
    this.elementType = elementType;
    this.rowShape = rowShape;
    this.rowBytes = rowBytes;
    this.chunks = List.copyOf(chunks);
  }

  /**
   * Contiguous values of one record batch.
   *
   * @param firstRow the number of its first row, counted from the table's start
   * @param rowCount how many rows
   * @param values the values in place, read-only, {@code rowCount * rowBytes} long, little-endian, row after row; for parts that Packice wrote
   *     it starts on a multiple of 64 bytes; valid while the {@link ArrowTable} is open
   */
  public record Chunk(long firstRow, long rowCount, MemorySegment values) {
  }

  /**
   * Where one batch has the column.
   *
   * @param column the column there; null if the part does not have it
   */
  record Place(int rowCount, @Nullable StoredColumn column) {
  }

  static FixedWidthColumn of(String table, Field field, List<Place> places) {
    return new Finder(table, field).find(places);
  }

  /** Walks down a field to its elements, and then finds their buffer in each batch. */
  private record Finder(String table, Field field) {
    FixedWidthColumn find(List<Place> places) {
      if (EncodedSchema.isEncoded(field)) {
        throw refuse("it is dictionary-encoded; decode it before writing the table");
      }
      Field element = field;
      long elements = 1;
      List<Long> lists = new ArrayList<>();
      while (element.getType() instanceof ArrowType.FixedSizeList list) {
        lists.add((long) list.getListSize());
        elements = Math.multiplyExact(elements, list.getListSize());
        element = element.getChildren().getFirst();
      }
      int bits = FixedWidth.bits(element.getType());
      if (bits % Byte.SIZE != 0 || bits == 0) {
        throw refuse("its values are " + element.getType() + ", which have no fixed width in bytes");
      }
      long rowBytes = Math.multiplyExact(elements, bits / Byte.SIZE);
      TensorShape shape = TensorShape.of(field, lists.stream().mapToLong(Long::longValue).toArray());
      return new FixedWidthColumn(field, element.getType(), shape, rowBytes, chunks(places, rowBytes));
    }

    private List<Chunk> chunks(List<Place> places, long rowBytes) {
      List<Chunk> chunks = new ArrayList<>();
      long row = 0;
      for (Place place : places) {
        StoredColumn column = place.column;
        if (column == null) {
          throw refuse(
              "its values from row " + row + " on are not stored, as it was added later; write the table anew");
        }
        MemorySegment values = elements(column, row).buffers().get(1); // the first says which are null
        if (place.rowCount > 0) {
          chunks.add(new Chunk(row, place.rowCount, values.asSlice(0, place.rowCount * rowBytes)));
        }
        row += place.rowCount;
      }
      return chunks;
    }

    /** Goes down through the lists, none of which may be null. */
    private StoredColumn elements(StoredColumn column, long row) {
      if (column.nullCount() > 0) {
        throw refuse(column.nullCount() + " of its values from row " + row
            + " on are null; fill them before writing the table");
      }
      return column.field().getType() instanceof ArrowType.FixedSizeList
          ? elements(column.children().getFirst(), row)
          : column;
    }

    private IllegalArgumentException refuse(String why) {
      return new IllegalArgumentException("Cannot read column " + field.getName() + " of table " + table
          + " as plain memory: " + why);
    }
  }

  /**
   * The column's field.
   *
   * @return the field as the schema has it
   */
  public Field field() {
    return field;
  }

  /**
   * The type of one element.
   *
   * @return a primitive type of whole bytes
   */
  public ArrowType elementType() {
    return elementType;
  }

  /**
   * The shape of one row, as it lies in memory: the sizes of its nested fixed-size lists, or what {@link TensorField} wrote with the field, or the shape of
   * an {@code arrow.fixed_shape_tensor}.
   *
   * @return a new array with the dimensions, such as {@code [28, 28]}; empty for a scalar
   */
  public long[] rowShape() {
    return rowShape.dimensions().clone();
  }

  /**
   * Whether the dimensions of a row are meant in another order than they lie in memory: a {@code arrow.fixed_shape_tensor} may have a permutation.
   *
   * @return false for all other columns
   */
  public boolean isPermuted() {
    return rowShape.permuted();
  }

  /**
   * The length of one row.
   *
   * @return bytes
   */
  public long rowBytes() {
    return rowBytes;
  }

  /**
   * The rows of all chunks.
   *
   * @return how many
   */
  public long rowCount() {
    return chunks.isEmpty() ? 0 : chunks.getLast().firstRow() + chunks.getLast().rowCount();
  }

  /**
   * The values, one chunk for each record batch that has rows.
   *
   * @return the chunks in order
   */
  public List<Chunk> chunks() {
    return chunks;
  }
}
