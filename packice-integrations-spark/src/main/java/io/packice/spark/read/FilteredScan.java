package io.packice.spark.read;

import io.packice.spark.types.References;
import java.util.Arrays;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.SupportsRuntimeV2Filtering;
import org.jspecify.annotations.Nullable;

/**
 * A read that may leave out more parts when the query runs, by what is known only then. Spark says so by {@link #filter} and then asks for what is left by
 * {@link #toBatch}, one behind the other in one thread: a filter is for that use and for no other of the same scan.
 */
final class FilteredScan extends PackiceScan implements SupportsRuntimeV2Filtering {
  @SuppressWarnings("ThreadLocalUsage") // of each scan its own, and emptied by the use
  private final ThreadLocal<Predicate @Nullable []> next = new ThreadLocal<>();

  FilteredScan(ScanPlan plan) {
    super(plan, PartReads.UNWATCHED);
  }

  /** Columns of which statistics may decide. */
  @Override
  public NamedReference[] filterAttributes() {
    ScanPlan plan = plan();
    return Arrays.stream(plan.columns().fields()).filter(field -> plan.ranges().find(field.name()) != null)
        .filter(field -> plan.ranges().isOrdered(field.name(), plan.table()) || isPartition(field.name()))
        .map(field -> References.column(field.name())).toArray(NamedReference[]::new);
  }

  private boolean isPartition(String column) {
    return plan().table().partitioning().stream().anyMatch(field -> field.column().equals(column));
  }

  @Override
  public void filter(Predicate[] predicates) {
    next.set(predicates.clone());
  }

  @Override
  ScanPlan use() {
    Predicate[] predicates = next.get();
    next.remove();
    return predicates == null ? plan() : plan().with(selection(predicates));
  }

  private Selection selection(Predicate... predicates) {
    ScanPlan plan = plan();
    PartPruning pruning = new PartPruning(plan.table(), plan.schema(), plan.ranges());
    Selection selection = plan.selection();
    for (Predicate predicate : predicates) {
      selection = selection.where(part -> !pruning.never(predicate, part));
    }
    return selection;
  }
}
