package io.packice.spark.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportPartitioning;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.connector.read.SupportsRuntimeV2Filtering;
import org.apache.spark.sql.connector.read.partitioning.Partitioning;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A read of one version of a table. What is known only when the query runs may leave out more parts. */
final class PackiceScan
    implements Batch, SupportsReportStatistics, SupportsRuntimeV2Filtering, SupportsReportPartitioning {
  private final ScanPlan planned;
  private ScanPlan plan;
  private Predicate[] runtimePredicates = {};
  /** How long this driver has waited for leases. */
  private long waitNanos;

  PackiceScan(ScanPlan plan) {
    this.planned = plan;
    this.plan = plan;
  }

  @Override
  public StructType readSchema() {
    return plan.columns();
  }

  @Override
  public String description() {
    List<String> words = new ArrayList<>();
    words.add("packice " + plan.table().name() + " version " + plan.table().version());
    int parts = plan.table().parts().size();
    words.add(planned.selection().partCount() + " of " + parts + (parts == 1 ? " part" : " parts"));
    words.addAll(plan.pushed());
    return String.join(", ", words);
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public Statistics estimateStatistics() {
    return TableStatistics.of(plan);
  }

  /** Columns of which statistics may decide. */
  @Override
  public NamedReference[] filterAttributes() {
    return Arrays.stream(plan.columns().fields()).filter(field -> plan.ranges().find(field.name()) != null)
        .filter(field -> plan.ranges().isOrdered(field.name(), plan.table()) || isPartition(field.name()))
        .map(field -> Expressions.column("`" + field.name().replace("`", "``") + "`"))
        .toArray(NamedReference[]::new);
  }

  private boolean isPartition(String column) {
    return plan.table().partitioning().stream().anyMatch(field -> field.column().equals(column));
  }

  @Override
  public void filter(Predicate[] predicates) {
    PartPruning pruning = new PartPruning(plan.table(), plan.schema(), plan.ranges());
    Selection selection = plan.selection();
    for (Predicate predicate : predicates) {
      selection = selection.where(part -> !pruning.never(predicate, part));
    }
    plan = plan.with(selection);
    runtimePredicates = predicates.clone();
  }

  @Override
  public Predicate[] pushedPredicates() {
    return runtimePredicates.clone();
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return ReadMetrics.all();
  }

  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return new CustomTaskMetric[] {new ReadMetrics.Value(ReadMetrics.PARTS_SKIPPED, plan.partsSkipped()),
        new ReadMetrics.Value(ReadMetrics.LEASE_WAIT, TimeUnit.NANOSECONDS.toMicros(waitNanos))};
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
    return new TableStream(plan);
  }

  @Override
  public InputPartition[] planInputPartitions() {
    long start = System.nanoTime();
    QueryLeases.hold(plan);
    waitNanos += System.nanoTime() - start;
    return Planning.all(plan);
  }

  @Override
  public Partitioning outputPartitioning() {
    return Planning.partitioning(plan);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SliceReaderFactory(plan.peer(), plan.table().name(), plan.table().withParts(List.of()).toBytes(),
        plan.columns());
  }

  /** Two scans that read the same are one to Spark: it runs them once. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PackiceScan scan && plan.table().fingerprint().equals(scan.plan.table().fingerprint())
        && plan.table().name().equals(scan.plan.table().name()) && plan.peer().equals(scan.plan.peer())
        && plan.columns().equals(scan.plan.columns())
        && plan.selection().slices().equals(scan.plan.selection().slices())
        && plan.options().equals(scan.plan.options());
  }

  @Override
  public int hashCode() {
    return Objects.hash(plan.table().name(), plan.table().version(), plan.columns());
  }
}
