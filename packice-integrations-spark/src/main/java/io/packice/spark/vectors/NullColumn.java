package io.packice.spark.vectors;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Nothing but nulls, of any type: also a column that its part does not have. Whoever reads a value without asking gets zero, as of other nulls. */
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
  public int numNulls() {
    return rows;
  }

  @Override
  public boolean getBoolean(int row) {
    return false;
  }

  @Override
  public byte getByte(int row) {
    return 0;
  }

  @Override
  public short getShort(int row) {
    return 0;
  }

  @Override
  public int getInt(int row) {
    return 0;
  }

  @Override
  public long getLong(int row) {
    return 0;
  }

  @Override
  public float getFloat(int row) {
    return 0;
  }

  @Override
  public double getDouble(int row) {
    return 0;
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    return null;
  }

  @Override
  public @Nullable ColumnarMap getMap(int row) {
    return null;
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    return null;
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    return null;
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return null;
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return new NullColumn(
        dataType() instanceof StructType struct ? struct.fields()[ordinal].dataType() : DataTypes.NullType, rows);
  }
}
