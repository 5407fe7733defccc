package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import org.apache.spark.sql.types.DataType;

/** Values that all take the same number of bytes. */
abstract class FixedWidthVector extends MappedVector {
  /** The address of the first row's value. */
  final long values;

  /**
   * Begins at a row.
   *
   * @param width the bytes of one value
   * @param from the first row
   * @param rows how many
   */
  FixedWidthVector(DataType type, StoredColumn column, int width, long from, int rows) {
    super(type, column, from, rows);
    this.values = address(column, from, width);
  }

  static long address(StoredColumn column, long from, int width) {
    return column.address(1) + from * width;
  }
}
