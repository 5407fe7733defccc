package io.packice.spark.partition;

import io.packice.spark.partition.PartitionFunction.Kind;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A partition function by its name, such as {@code bucket}: Spark asks for it to bring rows of a partition together, and to compare partitionings of tables.
 *
 * @param kind which
 */
public record TransformFunction(Kind kind) implements UnboundFunction {
  @Override
  public String name() {
    return kind.text();
  }

  @Override
  public BoundFunction bind(StructType inputType) {
    int arguments = kind.hasParameter() ? 2 : 1;
    if (inputType.size() != arguments
        || (kind.hasParameter() && !(inputType.fields()[0].dataType() instanceof IntegerType))) {
      throw new UnsupportedOperationException("Cannot call " + description() + " with " + inputType.simpleString());
    }
    DataType type = inputType.fields()[arguments - 1].dataType();
    try {
      return new Bound(kind, type, PartitionFunction.of(kind, 1, type).resultType());
    } catch (IllegalArgumentException unfit) {
      throw new UnsupportedOperationException(unfit.getMessage(), unfit); // what Spark expects
    }
  }

  @Override
  public String description() {
    return kind.hasParameter() ? name() + "(number, column)" : name() + "(column)";
  }

  /** Bound to a type of column. */
  private record Bound(Kind kind, DataType type, DataType resultType) implements ScalarFunction<@Nullable Object> {
    @Override
    public DataType[] inputTypes() {
      return kind.hasParameter() ? new DataType[] {DataTypes.IntegerType, type} : new DataType[] {type};
    }

    @Override
    public String name() {
      return kind.text();
    }

    @Override
    public String canonicalName() {
      return "packice." + kind.text() + "(" + type.catalogString() + ")";
    }

    @Override
    public @Nullable Object produceResult(InternalRow input) {
      int parameter = kind.hasParameter() ? input.getInt(0) : 0;
      Object value = PartitionFunction.of(kind, parameter, type).apply(input, kind.hasParameter() ? 1 : 0);
      return PartitionKey.internal(value, resultType);
    }
  }
}
