package io.packice.spark.read;

import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.partition.PartitionFilter;
import io.packice.spark.partition.PartitionKey;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** What conditions come to for the rows of a part: by the value that its partition has, and otherwise by statistics. */
final class PartPruning {
  private final PartCondition statistics;
  private final @Nullable PartitionFilter partitions;

  /** {@code schema} has all columns of the table. */
  PartPruning(TableDescription table, StructType schema, ColumnRanges ranges) {
    this.statistics = new PartCondition(ranges);
    this.partitions = table.partitioning().isEmpty() || PartitionKey.ifKnown(table, schema) == null
        ? null
        : new PartitionFilter(table, schema);
  }

  private PartitionFilter.Decision decision(Predicate predicate, TablePart part) {
    return partitions == null
        ? PartitionFilter.Decision.UNKNOWN
        : partitions.decide(new Predicate[] {predicate}, part);
  }

  /** No row of the part is wanted. */
  boolean never(Predicate predicate, TablePart part) {
    return decision(predicate, part) == PartitionFilter.Decision.NONE || statistics.of(predicate, part).never();
  }

  /** All rows of the part are wanted. */
  boolean always(Predicate predicate, TablePart part) {
    return decision(predicate, part) == PartitionFilter.Decision.ALL || statistics.of(predicate, part).always();
  }
}
