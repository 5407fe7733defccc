package io.packice.spark.vectors;

import org.apache.spark.sql.types.DataTypes;

/** The numbers of rows, one after the other. */
public final class RowNumbers extends MappedVector {
  private final long first;

  /**
   * Begins at a number.
   *
   * @param first the first row's
   * @param rows how many rows
   */
  public RowNumbers(long first, int rows) {
    super(DataTypes.LongType, rows);
    this.first = first;
  }

  @Override
  public long getLong(int row) {
    return first + row;
  }
}
