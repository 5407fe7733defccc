package io.packice.spark.read;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportPartitioning;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.connector.read.partitioning.Partitioning;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A read of one version of a table. What it reads never changes: Spark has one scan in several places of a plan, such as for the rows that an UPDATE changes and
 * for those that it copies.
 */
class PackiceScan implements SupportsReportStatistics, SupportsReportPartitioning {
  private final ScanPlan plan;
  private final PartReads reads;
  private final LongAdder waitNanos = new LongAdder();
  /** The use that was planned last, for metrics only. */
  private volatile PlannedBatch last;

  PackiceScan(ScanPlan plan, PartReads reads) {
    this.plan = plan;
    this.reads = reads;
    this.last = batch(plan);
  }

  final ScanPlan plan() {
    return plan;
  }

  final boolean isWatchedBy(PartReads watcher) {
    return reads.equals(watcher);
  }

  /** A use that reads what a plan says, which may be less than the scan's own. */
  final PlannedBatch batch(ScanPlan use) {
    return new PlannedBatch(use, reads, waitNanos);
  }

  /** What one use reads. */
  ScanPlan use() {
    return plan;
  }

  @Override
  public final Batch toBatch() {
    PlannedBatch batch = batch(use());
    last = batch;
    return batch;
  }

  @Override
  public final StructType readSchema() {
    return plan.columns();
  }

  @Override
  public final String description() {
    List<String> words = new ArrayList<>();
    words.add("packice " + plan.table().name() + " version " + plan.table().version());
    int parts = plan.table().parts().size();
    words.add(plan.selection().partCount() + " of " + parts + (parts == 1 ? " part" : " parts"));
    words.addAll(plan.pushed());
    return String.join(", ", words);
  }

  @Override
  public final ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public final Statistics estimateStatistics() {
    return TableStatistics.of(plan);
  }

  @Override
  public final CustomMetric[] supportedCustomMetrics() {
    return ReadMetrics.all();
  }

  @Override
  public final CustomTaskMetric[] reportDriverMetrics() {
    return last.metrics();
  }

  @Override
  public final MicroBatchStream toMicroBatchStream(String checkpointLocation) {
    return new TableStream(plan);
  }

  @Override
  public final Partitioning outputPartitioning() {
    return Planning.partitioning(plan);
  }

  /** Two scans that read the same are one to Spark. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof PackiceScan scan && reads.equals(scan.reads) && plan.isSameRead(scan.plan);
  }

  @Override
  public final int hashCode() {
    return plan.readHash();
  }

  /** The description, which logs and plans show. */
  @Override
  public final String toString() {
    return description();
  }
}
