package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a column, read where they are by their address. It holds nothing: the reader that made it keeps the memory mapped until the task that
 * reads is over, and so a close does nothing. There is a class for each form that values have in memory, so that the virtual machine sees one class at each place
 * of generated code and inlines what it does.
 */
abstract class MappedVector extends ColumnVector {
  private static final int BITS = 3;
  private static final int NOT_COUNTED = -1;

  /** The address of the byte with the bit of the first row; 0 if no value is null. */
  private final long validity;
  /** Where in that byte it is. */
  private final int shift;
  private final int rows;
  /** How many of the rows are null; negative until they were counted. */
  private int nulls;

  /**
   * Begins at a row.
   *
   * @param from the first row
   * @param rows how many
   */
  MappedVector(DataType type, StoredColumn column, long from, int rows) {
    super(type);
    this.validity = column.validity() == 0 ? 0 : column.validity() + (from >> BITS);
    this.shift = (int) (from & 7);
    this.rows = rows;
    this.nulls = from == 0 && rows == column.length() ? column.nullCount() : NOT_COUNTED;
  }

  /** Without a bitmap. */
  MappedVector(DataType type, int rows) {
    super(type);
    this.validity = 0;
    this.shift = 0;
    this.rows = rows;
    this.nulls = 0;
  }

  static boolean bit(long bitmap, int row) {
    return (Platform.getByte(null, bitmap + (row >> BITS)) >> (row & 7) & 1) != 0;
  }

  @Override
  public boolean isNullAt(int row) {
    return validity != 0 && !bit(validity, shift + row);
  }

  @Override
  public boolean hasNull() {
    return numNulls() > 0;
  }

  @Override
  public int numNulls() {
    if (nulls == NOT_COUNTED) {
      nulls = validity == 0 ? 0 : countNulls();
    }
    return nulls;
  }

  final int countNulls() {
    int count = 0;
    for (int row = 0; row < rows; row++) {
      count += isNullAt(row) ? 1 : 0;
    }
    return count;
  }

  @Override
  public void close() {
    // the reader's memory
  }

  private UnsupportedOperationException not(String what) {
    return new UnsupportedOperationException("Cannot read " + dataType().sql() + " as " + what);
  }

  @Override
  public boolean getBoolean(int row) {
    throw not("boolean");
  }

  @Override
  public byte getByte(int row) {
    throw not("byte");
  }

  @Override
  public short getShort(int row) {
    throw not("short");
  }

  @Override
  public int getInt(int row) {
    throw not("int");
  }

  @Override
  public long getLong(int row) {
    throw not("long");
  }

  @Override
  public float getFloat(int row) {
    throw not("float");
  }

  @Override
  public double getDouble(int row) {
    throw not("double");
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    throw not("array");
  }

  @Override
  public @Nullable ColumnarMap getMap(int row) {
    throw not("map");
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    throw not("decimal");
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    throw not("text");
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    throw not("binary");
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw not("struct");
  }
}
