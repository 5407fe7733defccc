package io.packice.spark.testing;

import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.UserDefinedType;

/** A type of a user's: a point in the plane, kept as two doubles. */
public final class PointType extends UserDefinedType<PointType.Point> {
  private static final long serialVersionUID = 1;

  /**
   * A value.
   *
   * @param x across
   * @param y up
   */
  public record Point(double x, double y) {
  }

  /** For Spark, too. */
  public PointType() {
  }

  @Override
  public DataType sqlType() {
    return DataTypes.createArrayType(DataTypes.DoubleType, false);
  }

  @Override
  public Object serialize(Point point) {
    return new GenericArrayData(new double[] {point.x, point.y});
  }

  @Override
  public Point deserialize(Object stored) {
    ArrayData values = (ArrayData) stored;
    return new Point(values.getDouble(0), values.getDouble(1));
  }

  @Override
  public Class<Point> userClass() {
    return Point.class;
  }
}
