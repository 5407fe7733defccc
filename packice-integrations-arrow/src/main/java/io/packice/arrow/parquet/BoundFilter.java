package io.packice.arrow.parquet;

import io.packice.arrow.statistics.Outcomes;
import io.packice.arrow.statistics.RangeComparison;
import io.packice.arrow.statistics.RangeComparison.Others;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/** A filter that has met the columns of a file: decides about rows, and by statistics about row groups. */
final class BoundFilter {
  /** A node of the tree; adds the rows where it is true. */
  private interface Test {
    void rows(VectorSchemaRoot root, BitSet wanted);

    /** False only if no row of the row group can be wanted. */
    boolean mayHold(BlockMetaData block);
  }

  private final Test test;

  private BoundFilter(Test test) {
    this.test = test;
  }

  /**
   * Binds a filter.
   *
   * @param columns the columns of the file by name
   * @throws IllegalArgumentException if a column is missing, or cannot be compared so
   */
  static BoundFilter of(RowFilter filter, Map<String, ColumnNode> columns) {
    return new BoundFilter(bind(filter.condition(), columns));
  }

  /** The rows of a batch, which has the columns that the filter names, where it is true. */
  BitSet rows(VectorSchemaRoot root) {
    BitSet wanted = new BitSet(root.getRowCount());
    test.rows(root, wanted);
    return wanted;
  }

  boolean mayHold(BlockMetaData block) {
    return test.mayHold(block);
  }

  private static Test bind(Condition condition, Map<String, ColumnNode> columns) {
    return switch (condition) {
      case Condition.Junction junction -> {
        List<Test> parts = new ArrayList<>();
        junction.parts().forEach(part -> parts.add(bind(part, columns)));
        yield junction.all() ? new All(parts) : new Any(parts);
      }
      case Condition.Nullness nullness ->
          new NullTest(Objects.requireNonNull(columns.get(nullness.column())), nullness.wanted());
      case Condition.Comparison comparison -> {
        ColumnNode column = Objects.requireNonNull(columns.get(comparison.column()));
        Object constant = comparison.constant();
        yield constant == null
            ? new Any(List.of()) // never true
            : new Comparison(column, comparison.operator(), Comparand.of(column.field(), constant));
      }
    };
  }

  private record All(List<Test> parts) implements Test {
    @Override
    public void rows(VectorSchemaRoot root, BitSet wanted) {
      BitSet all = new BitSet(root.getRowCount());
      all.set(0, root.getRowCount());
      for (Test part : parts) {
        BitSet those = new BitSet(root.getRowCount());
        part.rows(root, those);
        all.and(those);
      }
      wanted.or(all);
    }

    @Override
    public boolean mayHold(BlockMetaData block) {
      return parts.stream().allMatch(part -> part.mayHold(block));
    }
  }

  private record Any(List<Test> parts) implements Test {
    @Override
    public void rows(VectorSchemaRoot root, BitSet wanted) {
      parts.forEach(part -> part.rows(root, wanted));
    }

    @Override
    public boolean mayHold(BlockMetaData block) {
      return parts.stream().anyMatch(part -> part.mayHold(block));
    }
  }

  private record NullTest(ColumnNode column, boolean wanted) implements Test {
    @Override
    public void rows(VectorSchemaRoot root, BitSet rows) {
      FieldVector vector = root.getVector(column.field().getName());
      for (int row = 0; row < root.getRowCount(); row++) {
        if (vector.isNull(row) == wanted) {
          rows.set(row);
        }
      }
    }

    @Override
    public boolean mayHold(BlockMetaData block) {
      Outcomes isNull = compared(chunk(column, block), null).isNull();
      return wanted ? isNull.isTrue() : isNull.isFalse();
    }
  }

  private record Comparison(ColumnNode column, Condition.Operator operator, Comparand comparand) implements Test {
    @Override
    public void rows(VectorSchemaRoot root, BitSet rows) {
      FieldVector vector = root.getVector(column.field().getName());
      for (int row = 0; row < root.getRowCount(); row++) {
        if (!vector.isNull(row) && holds(vector, row)) {
          rows.set(row);
        }
      }
    }

    private boolean holds(FieldVector vector, int row) {
      return comparand.isUnordered(vector, row)
          ? operator == Condition.Operator.UNEQUAL
          : operator.holds(comparand.compare(vector, row));
    }

    @Override
    public boolean mayHold(BlockMetaData block) {
      RangeComparison compared =
          compared(isConverted(column.field()) ? null : chunk(column, block), comparand);
      Outcomes outcomes = switch (operator) {
        case EQUAL -> compared.equal();
        case UNEQUAL -> compared.equal().not();
        case LESS -> compared.less();
        case AT_MOST -> compared.atMost();
        case GREATER -> compared.greater();
        case AT_LEAST -> compared.atLeast();
      };
      return outcomes.isTrue();
    }
  }

  /** What statistics tell of a row group, as far as there are any. */
  private static RangeComparison compared(@Nullable ColumnChunkMetaData chunk, @Nullable Comparand comparand) {
    Statistics<?> statistics = chunk == null ? null : chunk.getStatistics();
    if (chunk == null || statistics == null) {
      return new RangeComparison(/* hasNulls= */ true, /* hasValues= */ true, null, Others.UNEQUAL);
    }
    boolean countsNulls = statistics.isNumNullsSet();
    int[] bounds = comparand != null && statistics.hasNonNullValue() ? comparand.compareBounds(statistics) : null;
    return new RangeComparison(!countsNulls || statistics.getNumNulls() > 0,
        !countsNulls || statistics.getNumNulls() < chunk.getValueCount(),
        bounds == null ? null : new RangeComparison.Bounds(bounds[0], bounds[1]),
        comparand instanceof Comparand.Whole ? Others.NONE : Others.UNEQUAL); // NaN, or bounds that were shortened
  }

  /** Whether values in vectors differ from those that the statistics are of. */
  private static boolean isConverted(Field field) {
    return switch (field.getType()) {
      case ArrowType.Timestamp t -> t.getUnit() == TimeUnit.SECOND;
      case ArrowType.Time t -> t.getUnit() == TimeUnit.SECOND;
      case ArrowType.Date d -> d.getUnit() == DateUnit.MILLISECOND;
      default -> false;
    };
  }

  private static @Nullable ColumnChunkMetaData chunk(ColumnNode column, BlockMetaData block) {
    return column instanceof ColumnNode.Leaf leaf ? block.getColumns().get(leaf.index()) : null;
  }
}
