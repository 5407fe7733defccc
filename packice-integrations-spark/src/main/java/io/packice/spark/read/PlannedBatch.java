package io.packice.spark.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.jspecify.annotations.Nullable;

/** One use of a scan: what it reads is settled. */
final class PlannedBatch implements Batch {
  private final ScanPlan plan;
  private final PartReads reads;
  /** How long this driver has waited for leases, in this use and the others of the scan. */
  private final LongAdder waitNanos;

  PlannedBatch(ScanPlan plan, PartReads reads, LongAdder waitNanos) {
    this.plan = plan;
    this.reads = reads;
    this.waitNanos = waitNanos;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    long start = System.nanoTime();
    QueryLeases.hold(plan);
    waitNanos.add(System.nanoTime() - start);
    Map<String, Long> rows = new HashMap<>();
    plan.selection().slices().forEach(slice -> rows.merge(slice.partId(), slice.rowCount(), Long::sum));
    reads.planned(Map.copyOf(rows));
    return Planning.all(plan);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SliceReaderFactory(plan.peer(), plan.table().name(), plan.table().withParts(List.of()).toBytes(),
        plan.columns());
  }

  CustomTaskMetric[] metrics() {
    return new CustomTaskMetric[] {new ReadMetrics.Value(ReadMetrics.PARTS_SKIPPED, plan.partsSkipped()),
        new ReadMetrics.Value(ReadMetrics.LEASE_WAIT, TimeUnit.NANOSECONDS.toMicros(waitNanos.sum()))};
  }

  /** Two uses that read the same are one to Spark: it runs them once. Who asks about its reads wants to hear of them. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PlannedBatch batch && reads.equals(batch.reads) && plan.isSameRead(batch.plan);
  }

  @Override
  public int hashCode() {
    return plan.readHash();
  }
}
