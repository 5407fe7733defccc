package io.packice.spark.vectors;

import org.apache.arrow.vector.FieldVector;
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
  FixedWidthVector(DataType type, FieldVector vector, int width, long from, int rows) {
    super(type, vector, from, rows);
    this.values = address(vector, from, width);
  }

  static long address(FieldVector vector, long from, int width) {
    return vector.getDataBuffer().memoryAddress() + from * width;
  }
}
