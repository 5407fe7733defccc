package io.packice.spark.write;

import io.packice.spark.read.PackiceScanBuilder;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapElements;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Range;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;

/**
 * How many rows a write will have at least. Spark's estimates of sizes are too large as often as too small, and what would fit must not be refused; so only what
 * is counted is believed: rows of a range, of values, of what is cached, and of tables of ours, through steps that make one row of one.
 */
final class RowsToCome {
  private RowsToCome() {
  }

  /** Of the write that this thread runs; 0 if nobody can know. */
  static long ofRunningWrite() {
    LogicalPlan rows = RunningWrite.rows();
    return rows == null ? 0 : rows(rows);
  }

  static long rows(LogicalPlan plan) {
    return switch (plan) {
      case Range range -> range.numElements().toLong();
      case LocalRelation values -> values.data().size();
      case InMemoryRelation cached when cached.cacheBuilder().isCachedColumnBuffersLoaded() -> counted(cached);
      case DataSourceV2ScanRelation table -> PackiceScanBuilder.rowCount(table.scan());
      case Union all -> RunningWrite.children(all).stream().mapToLong(RowsToCome::rows).sum();
      case Project _,Sort _,RepartitionOperation _,RebalancePartitions _,SubqueryAlias _,Window _,MapElements _,SerializeFromObject _,DeserializeToObject _ ->
          rows(RunningWrite.children(plan).getFirst());
      default -> 0;
    };
  }

  private static long counted(LogicalPlan plan) {
    return plan.stats().rowCount().isDefined() ? plan.stats().rowCount().get().toLong() : 0;
  }
}
