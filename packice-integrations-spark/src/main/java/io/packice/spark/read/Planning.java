package io.packice.spark.read;

import io.packice.arrow.manifest.TablePart;
import io.packice.spark.partition.PartitionKey;
import io.packice.spark.partition.Transforms;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
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
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d+){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

  private Planning() {
  }

  /** By size alone. */
  static List<SlicePartition> bySize(ScanPlan plan) {
    return splits(plan, SparkSession.active().sparkContext()).plan(plan.selection().slices());
  }

  private static Splits splits(ScanPlan plan, SparkContext context) {
    double share = ColumnShare.of(plan.table(), plan.columns());
    long split = Splits.splitBytes(plan.table().byteSize() * share, context.defaultParallelism(),
        plan.options().splitBytes());
    return new Splits(share, split, hosts(plan, context));
  }

  private static List<String> hosts(ScanPlan plan, SparkContext context) {
    return context.isLocal()
        ? List.of()
        : hosts(plan.peer().here(), context.getConf().get("spark.driver.host", "localhost"));
  }

  /**
   * Where the parts are. A path is a socket of the driver's host, whose peer described the table, and so is an address of HTTP that means
   * whatever host it is used on; any other says its host.
   */
  static List<String> hosts(String address, String driverHost) {
    if (!address.toLowerCase(Locale.ROOT).startsWith("http")) {
      return List.of(driverHost);
    }
    String host = URI.create(address).getHost();
    if (host == null) {
      return List.of();
    }
    return List.of(LOOPBACK.matcher(host).matches() ? driverHost : host);
  }

  /** By the table's partitions, if Spark wants to know about them. */
  static InputPartition[] all(ScanPlan plan) {
    return isKeyed(plan) ? byKey(plan) : bySize(plan).toArray(InputPartition[]::new);
  }

  /** Each key is a task of its own, so there must not be too many. */
  private static boolean isKeyed(ScanPlan plan) {
    return !plan.table().partitioning().isEmpty() && SQLConf.get().v2BucketingEnabled()
        && keys(plan) <= Math.max(LEAST_KEYS,
            KEYS_PER_CORE * SparkSession.active().sparkContext().defaultParallelism())
        && PartitionKey.ifKnown(plan.table(), plan.schema()) != null;
  }

  private static int keys(ScanPlan plan) {
    return (int) plan.selection().picks().stream().map(pick -> pick.part().partition()).distinct().count();
  }

  private static InputPartition[] byKey(ScanPlan plan) {
    Splits splits = splits(plan, SparkSession.active().sparkContext());
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
