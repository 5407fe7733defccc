package io.packice.spark.vectors;

import org.apache.spark.sql.types.DataType;

/** Nothing but nulls. */
final class NullColumn extends MappedVector {
  private final int rows;

  NullColumn(DataType type, int rows) {
    super(type, rows);
    this.rows = rows;
  }

  @Override
  public boolean isNullAt(int row) {
    return true;
  }

  @Override
  public boolean hasNull() {
    return rows > 0;
  }
}
