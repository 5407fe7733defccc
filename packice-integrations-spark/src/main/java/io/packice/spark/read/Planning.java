package io.packice.spark.read;

import io.packice.arrow.TablePart;
import io.packice.spark.partition.PartitionKey;
import io.packice.spark.partition.Transforms;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.partitioning.KeyGroupedPartitioning;
import org.apache.spark.sql.connector.read.partitioning.Partitioning;
import org.apache.spark.sql.connector.read.partitioning.UnknownPartitioning;
import org.apache.spark.sql.internal.SQLConf;
import org.jspecify.annotations.Nullable;

/** Divides what a scan reads among tasks. */
final class Planning {
  private static final int LEAST_KEYS = 64;
  private static final int KEYS_PER_CORE = 8;

  private Planning() {
  }

  /** By size alone, and holds what is read until the query ends. */
  static List<SlicePartition> bySize(ScanPlan plan) {
    SparkContext context = SparkSession.active().sparkContext();
    QueryLeases.hold(context, plan);
    return splits(plan, context).plan(plan.selection().slices());
  }

  private static Splits splits(ScanPlan plan, SparkContext context) {
    double share = ColumnShare.of(plan.table(), plan.columns());
    long split = Splits.splitBytes(plan.table().byteSize() * share, context.defaultParallelism(),
        plan.options().splitBytes());
    return new Splits(share, split, hosts(plan, context));
  }

  /** A path is the socket of the driver's host, whose peer described the table; an address of HTTP says its host. */
  private static List<String> hosts(ScanPlan plan, SparkContext context) {
    if (context.isLocal()) {
      return List.of();
    }
    String address = plan.peer().here();
    if (address.toLowerCase(Locale.ROOT).startsWith("http")) {
      String host = URI.create(address).getHost();
      return host == null ? List.of() : List.of(host);
    }
    return List.of(context.getConf().get("spark.driver.host", "localhost"));
  }

  /** By the table's partitions, if Spark wants to know about them. */
  static InputPartition[] all(ScanPlan plan) {
    return isKeyed(plan) ? byKey(plan) : bySize(plan).toArray(InputPartition[]::new);
  }

  /** Each key is a task of its own, so there must not be too many. */
  private static boolean isKeyed(ScanPlan plan) {
    return !plan.table().partitioning().isEmpty() && SQLConf.get().v2BucketingEnabled() && keys(plan) <= Math
        .max(LEAST_KEYS, KEYS_PER_CORE * SparkSession.active().sparkContext().defaultParallelism());
  }

  private static int keys(ScanPlan plan) {
    return (int) plan.selection().picks().stream().map(pick -> pick.part().partition()).distinct().count();
  }

  private static InputPartition[] byKey(ScanPlan plan) {
    SparkContext context = SparkSession.active().sparkContext();
    QueryLeases.hold(context, plan);
    Splits splits = splits(plan, context);
    PartitionKey key = new PartitionKey(plan.table(), plan.schema());
    Map<List<@Nullable Object>, List<Selection.Pick>> groups = new LinkedHashMap<>();
    for (Selection.Pick pick : plan.selection().picks()) {
      groups.computeIfAbsent(pick.part().partition(), _ -> new ArrayList<>()).add(pick);
    }
    List<InputPartition> partitions = new ArrayList<>();
    for (List<Selection.Pick> group : groups.values()) {
      TablePart any = group.getFirst().part();
      for (SlicePartition slices : splits.plan(group.stream().map(Selection.Pick::slice).toList())) {
        partitions.add(new KeyedPartition(slices, key.row(any)));
      }
    }
    return partitions.toArray(InputPartition[]::new);
  }

  static Partitioning partitioning(ScanPlan plan) {
    if (!isKeyed(plan)) {
      return new UnknownPartitioning(0);
    }
    return new KeyGroupedPartitioning(Transforms.of(plan.table().partitioning()), keys(plan));
  }
}
