package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * What indices stand for; null where the index is, or the value. Spark reads arrays of primitive values as a whole, nulls included, whose indices may be anything: these
 * give 0.
 */
final class DictionaryColumn extends MappedVector {
  private final long indices;
  private final int width;
  private final ColumnVector values;
  private final int rows;

  DictionaryColumn(DataType type, StoredColumn indices, int width, ColumnVector values, long from, int rows) {
    super(type, indices, from, rows);
    this.indices = FixedWidthVector.address(indices, from, width);
    this.width = width;
    this.values = values;
    this.rows = rows;
  }

  /** A field of what the indices stand for. */
  private DictionaryColumn(DictionaryColumn parent, ColumnVector values) {
    super(values.dataType(), parent.rows);
    this.indices = parent.indices;
    this.width = parent.width;
    this.values = values;
    this.rows = parent.rows;
  }

  /** Where the value is. Indices may be unsigned; they were checked, so none is too large. */
  private int at(int row) {
    return switch (width) {
      case Byte.BYTES -> Byte.toUnsignedInt(Platform.getByte(null, indices + row));
      case Short.BYTES -> Short.toUnsignedInt(Platform.getShort(null, indices + (long) row * Short.BYTES));
      case Integer.BYTES -> Platform.getInt(null, indices + (long) row * Integer.BYTES);
      default -> (int) Platform.getLong(null, indices + (long) row * Long.BYTES);
    };
  }

  @Override
  public boolean isNullAt(int row) {
    return super.isNullAt(row) || values.isNullAt(at(row));
  }

  @Override
  public int numNulls() {
    return countNulls();
  }

  @Override
  public boolean getBoolean(int row) {
    return isNullAt(row) ? false : values.getBoolean(at(row));
  }

  @Override
  public byte getByte(int row) {
    return isNullAt(row) ? 0 : values.getByte(at(row));
  }

  @Override
  public short getShort(int row) {
    return isNullAt(row) ? 0 : values.getShort(at(row));
  }

  @Override
  public int getInt(int row) {
    return isNullAt(row) ? 0 : values.getInt(at(row));
  }

  @Override
  public long getLong(int row) {
    return isNullAt(row) ? 0 : values.getLong(at(row));
  }

  @Override
  public float getFloat(int row) {
    return isNullAt(row) ? 0 : values.getFloat(at(row));
  }

  @Override
  public double getDouble(int row) {
    return isNullAt(row) ? 0 : values.getDouble(at(row));
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    return isNullAt(row) ? null : values.getArray(at(row));
  }

  @Override
  public @Nullable ColumnarMap getMap(int row) {
    return isNullAt(row) ? null : values.getMap(at(row));
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : values.getDecimal(at(row), precision, scale);
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    return isNullAt(row) ? null : values.getUTF8String(at(row));
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return isNullAt(row) ? null : values.getBinary(at(row));
  }

  @Override
  public @Nullable CalendarInterval getInterval(int row) {
    return isNullAt(row) ? null : values.getInterval(at(row));
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return new DictionaryColumn(this, values.getChild(ordinal)); // read only where this is not null
  }
}
