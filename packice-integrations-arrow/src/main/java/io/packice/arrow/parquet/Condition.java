package io.packice.arrow.parquet;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A condition as it was written, without a NOT: that was pushed down to the comparisons, which have an opposite each. */
sealed interface Condition {
  enum Operator {
    EQUAL, UNEQUAL, LESS, AT_MOST, GREATER, AT_LEAST;

    Operator opposite() {
      return switch (this) {
        case EQUAL -> UNEQUAL;
        case UNEQUAL -> EQUAL;
        case LESS -> AT_LEAST;
        case AT_MOST -> GREATER;
        case GREATER -> AT_MOST;
        case AT_LEAST -> LESS;
      };
    }

    /** Of a value with a constant, given how they compare. */
    boolean holds(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case UNEQUAL -> comparison != 0;
        case LESS -> comparison < 0;
        case AT_MOST -> comparison <= 0;
        case GREATER -> comparison > 0;
        case AT_LEAST -> comparison >= 0;
      };
    }
  }

  Condition opposite();

  void columns(Set<String> into);

  /**
   * A column compared with a constant.
   *
   * @param constant a BigDecimal, a String, a Boolean, or null where NULL was written
   */
  record Comparison(String column, Operator operator, @Nullable Object constant) implements Condition {
    @Override
    public Condition opposite() {
      return new Comparison(column, operator.opposite(), constant);
    }

    @Override
    public void columns(Set<String> into) {
      into.add(column);
    }
  }

  /** Whether a column is null, or is not. */
  record Nullness(String column, boolean wanted) implements Condition {
    @Override
    public Condition opposite() {
      return new Nullness(column, !wanted);
    }

    @Override
    public void columns(Set<String> into) {
      into.add(column);
    }
  }

  /** All of them, or any of them. */
  record Junction(boolean all, List<Condition> parts) implements Condition {
    @Override
    public Condition opposite() {
      return new Junction(!all, parts.stream().map(Condition::opposite).toList());
    }

    @Override
    public void columns(Set<String> into) {
      parts.forEach(part -> part.columns(into));
    }
  }
}
