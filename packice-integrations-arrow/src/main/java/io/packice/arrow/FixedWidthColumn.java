package io.packice.arrow;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** A column of fixed-width values without nulls, as plain memory. */
@SuppressWarnings("DoNotCallSuggester") // the API first, its bodies follow
public final class FixedWidthColumn {
  FixedWidthColumn() {
  }

  /**
   * Contiguous values of one record batch.
   *
   * @param firstRow the number of its first row, counted from the table's start
   * @param rowCount how many rows
   * @param values the values in place, read-only, {@code rowCount * rowBytes} long, little-endian; valid while the {@link ArrowTable} is open
   */
  public record Chunk(long firstRow, long rowCount, MemorySegment values) {
  }

  /**
   * The column's field.
   *
   * @return the field as the schema has it
   */
  public Field field() {
    throw new UnsupportedOperationException();
  }

  /**
   * The type of one element.
   *
   * @return a primitive type of whole bytes
   */
  public ArrowType elementType() {
    throw new UnsupportedOperationException();
  }

  /**
   * The shape of one row.
   *
   * @return the dimensions, such as {@code [28, 28]}; empty for a scalar
   */
  public long[] rowShape() {
    throw new UnsupportedOperationException();
  }

  /**
   * The length of one row.
   *
   * @return bytes
   */
  public long rowBytes() {
    throw new UnsupportedOperationException();
  }

  /**
   * The rows of all chunks.
   *
   * @return how many
   */
  public long rowCount() {
    throw new UnsupportedOperationException();
  }

  /**
   * The values, one chunk for each record batch that has rows.
   *
   * @return the chunks in order
   */
  public List<Chunk> chunks() {
    throw new UnsupportedOperationException();
  }
}
