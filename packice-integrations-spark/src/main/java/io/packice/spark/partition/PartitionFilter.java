package io.packice.spark.partition;

import io.packice.arrow.manifest.PartitionField;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.TypeUtils;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Decides a condition for whole parts, where it speaks only of columns whose value is the same in all rows of a part: those that the table is partitioned by as
 * they are.
 */
public final class PartitionFilter {
  private final PartitionKey key;
  private final List<PartitionField> fields;
  private final StructType schema;

  /** What is known of a condition for the rows of a part. */
  public enum Decision {
    /** It holds for all. */
    ALL,
    /** It holds for none; for some it may be null. */
    NONE,
    /** It cannot be told without reading them. */
    UNKNOWN
  }

  private enum Truth {
    TRUE, FALSE, NULL, UNKNOWN;

    static Truth of(boolean value) {
      return value ? TRUE : FALSE;
    }

    Truth not() {
      return switch (this) {
        case TRUE -> FALSE;
        case FALSE -> TRUE;
        default -> this;
      };
    }

    Truth and(Truth other) {
      if (this == FALSE || other == FALSE) {
        return FALSE;
      }
      if (this == UNKNOWN || other == UNKNOWN) {
        return UNKNOWN;
      }
      return this == TRUE ? other : NULL;
    }
  }

  /**
   * For the parts of a table.
   *
   * @param table the table
   * @param schema its columns as Spark has them
   */
  public PartitionFilter(TableDescription table, StructType schema) {
    this.key = new PartitionKey(table, schema);
    this.fields = table.partitioning();
    this.schema = schema;
  }

  /**
   * Decides conditions, all of which must hold.
   *
   * @param conditions of a filter
   * @param part a part of the table
   * @return what is known
   */
  public Decision decide(Predicate[] conditions, TablePart part) {
    InternalRow values = key.row(part);
    Truth all = Truth.TRUE;
    for (Predicate condition : conditions) {
      all = all.and(truth(condition, values));
    }
    return switch (all) {
      case TRUE -> Decision.ALL;
      case FALSE, NULL -> Decision.NONE;
      case UNKNOWN -> Decision.UNKNOWN;
    };
  }

  private Truth truth(Expression condition, InternalRow values) {
    Expression[] children = condition.children();
    if (!(condition instanceof Predicate predicate)) {
      return Truth.UNKNOWN;
    }
    return switch (predicate.name()) {
      case "ALWAYS_TRUE" -> Truth.TRUE;
      case "ALWAYS_FALSE" -> Truth.FALSE;
      case "AND" -> truth(children[0], values).and(truth(children[1], values));
      case "OR" -> truth(children[0], values).not().and(truth(children[1], values).not()).not();
      case "NOT" -> truth(children[0], values).not();
      case "IS_NULL" -> isNull(children[0], values);
      case "IS_NOT_NULL" -> isNull(children[0], values).not();
      case "IN" -> in(children, values);
      case "=", "<=>", "<>", "<", "<=", ">", ">=" -> compare(predicate.name(), children[0], children[1], values);
      default -> Truth.UNKNOWN;
    };
  }

  private Truth in(Expression[] children, InternalRow values) {
    Truth none = Truth.TRUE;
    for (int i = 1; i < children.length; i++) {
      none = none.and(compare("=", children[0], children[i], values).not());
    }
    return none.not();
  }

  /** A value, if it is known. */
  private record Known(@Nullable Object value, DataType type) {
  }

  private @Nullable Known known(Expression expression, InternalRow values) {
    if (expression instanceof Literal<?> literal) {
      return new Known(literal.value(), literal.dataType());
    }
    if (expression instanceof NamedReference reference && reference.fieldNames().length == 1) {
      for (int i = 0; i < fields.size(); i++) {
        PartitionField field = fields.get(i);
        if (PartitionFunction.Kind.of(field.transform()) == PartitionFunction.Kind.IDENTITY
            && field.column().equals(reference.fieldNames()[0])) {
          DataType type = schema.fields()[schema.fieldIndex(field.column())].dataType();
          return new Known(values.get(i, type), type);
        }
      }
    }
    return null;
  }

  private Truth isNull(Expression expression, InternalRow values) {
    Known known = known(expression, values);
    return known == null ? Truth.UNKNOWN : Truth.of(known.value == null);
  }

  private Truth compare(String operator, Expression left, Expression right, InternalRow values) {
    Known one = known(left, values);
    Known other = known(right, values);
    if (one == null || other == null || !one.type.sameType(other.type)) {
      return Truth.UNKNOWN;
    }
    if (one.value == null || other.value == null) {
      return operator.equals("<=>") ? Truth.of(one.value == null && other.value == null) : Truth.NULL;
    }
    int order = TypeUtils.getInterpretedOrdering(one.type).compare(one.value, other.value);
    return Truth.of(switch (operator) {
      case "=", "<=>" -> order == 0;
      case "<>" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    });
  }
}
