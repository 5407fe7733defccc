package io.packice.spark.read;

import io.packice.arrow.manifest.TablePart;
import io.packice.arrow.statistics.Outcomes;
import io.packice.arrow.statistics.RangeComparison;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.AlwaysFalse;
import org.apache.spark.sql.connector.expressions.filter.AlwaysTrue;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.jspecify.annotations.Nullable;

/** What Spark's conditions come to for the rows of a part, as far as statistics tell. */
final class PartCondition {
  private final ColumnRanges ranges;
  private final IdentityHashMap<Predicate, Optional<Wanted>> lists = new IdentityHashMap<>();

  PartCondition(ColumnRanges ranges) {
    this.ranges = ranges;
  }

  Outcomes of(Predicate predicate, TablePart part) {
    Expression[] children = predicate.children();
    return switch (predicate) {
      case AlwaysTrue _ -> Outcomes.TRUE;
      case AlwaysFalse _ -> Outcomes.FALSE;
      default -> switch (predicate.name()) {
        case "AND" -> child(children[0], part).and(child(children[1], part));
        case "OR" -> child(children[0], part).or(child(children[1], part));
        case "NOT" -> child(children[0], part).not();
        case "IS_NULL" -> isNull(children[0], part);
        case "IS_NOT_NULL" -> isNull(children[0], part).not();
        case "IN" -> in(predicate, part);
        case "=", "<>", "<", "<=", ">", ">=", "<=>" -> comparison(predicate.name(), children, part);
        default -> Outcomes.ANY;
      };
    };
  }

  private Outcomes child(Expression child, TablePart part) {
    return child instanceof Predicate predicate ? of(predicate, part) : Outcomes.ANY;
  }

  private ColumnRanges.@Nullable Column column(Expression expression) {
    return expression instanceof NamedReference reference ? ranges.find(reference.fieldNames()) : null;
  }

  private Outcomes isNull(Expression child, TablePart part) {
    ColumnRanges.Column column = column(child);
    return column == null ? Outcomes.ANY : ranges.range(column, part).isNull();
  }

  private Outcomes comparison(String operator, Expression[] sides, TablePart part) {
    ColumnRanges.Column column = column(sides[0]);
    if (column != null && sides[1] instanceof Literal<?> literal) {
      return comparison(operator, column, literal, part);
    }
    ColumnRanges.Column right = column(sides[1]);
    if (right != null && sides[0] instanceof Literal<?> literal) {
      return comparison(mirrored(operator), right, literal, part);
    }
    return Outcomes.ANY;
  }

  private static String mirrored(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case "<=" -> ">=";
      case ">" -> "<";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  private Outcomes comparison(String operator, ColumnRanges.Column column, Literal<?> literal, TablePart part) {
    ColumnRange range = ranges.range(column, part);
    Object given = literal.value();
    if (given == null) {
      return operator.equals("<=>") ? range.isNull() : Outcomes.NULL;
    }
    Object value = ColumnRanges.literal(column, given, literal.dataType());
    if (value == null) {
      return Outcomes.ANY;
    }
    RangeComparison compared = range.compared(value);
    return switch (operator) {
      case "=" -> compared.equal();
      case "<>" -> compared.equal().not();
      case "<" -> compared.less();
      case "<=" -> compared.atMost();
      case ">" -> compared.greater();
      case ">=" -> compared.atLeast();
      default -> range.sameAs(value);
    };
  }

  /** The values of a list; those of joins are long, and each part is compared with all of them. */
  private record Wanted(ColumnRanges.Column column, List<Object> values, boolean hasNull) {
  }

  private Outcomes in(Predicate predicate, TablePart part) {
    Wanted wanted = lists.computeIfAbsent(predicate, list -> Optional.ofNullable(wanted(list.children()))).orElse(null);
    return wanted == null ? Outcomes.ANY : ranges.range(wanted.column, part).oneOf(wanted.values, wanted.hasNull);
  }

  private @Nullable Wanted wanted(Expression[] children) {
    ColumnRanges.Column column = column(children[0]);
    if (column == null) {
      return null;
    }
    List<Object> values = new ArrayList<>();
    boolean hasNull = false;
    for (int i = 1; i < children.length; i++) {
      if (!(children[i] instanceof Literal<?> literal)) {
        return null;
      }
      Object given = literal.value();
      Object value = given == null ? null : ColumnRanges.literal(column, given, literal.dataType());
      if (given != null && value == null) {
        return null;
      }
      if (value == null) {
        hasNull = true;
      } else {
        values.add(value);
      }
    }
    return new Wanted(column, values, hasNull);
  }
}
