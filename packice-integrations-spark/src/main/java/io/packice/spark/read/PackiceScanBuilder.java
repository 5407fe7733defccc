package io.packice.spark.read;

import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.peers.PeerAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.SampleMethod;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownAggregates;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownOffset;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownTableSample;
import org.apache.spark.sql.connector.read.SupportsPushDownTopN;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Takes what Spark pushes down, in the order in which it does, and makes a scan of it. Statistics of parts decide which parts are read; a condition that
 * they decide for each row of all that are left is done with, any other goes back to Spark.
 */
public final class PackiceScanBuilder
    implements
    SupportsPushDownRequiredColumns,
    SupportsPushDownV2Filters,
    SupportsPushDownAggregates,
    SupportsPushDownLimit,
    SupportsPushDownOffset,
    SupportsPushDownTopN,
    SupportsPushDownTableSample {
  private final TableDescription table;
  private final PeerAddress peer;
  private final ReadOptions options;
  private final ColumnRanges ranges;
  private final StructType schema;
  private StructType columns;
  private Selection selection;
  private Predicate[] pushedPredicates = {};
  private final List<String> pushed = new ArrayList<>();
  private PushedAggregates.@Nullable Answer answer;
  private boolean isLimitPartial;

  /**
   * Begins with all columns and rows.
   *
   * @param table what is read
   * @param peer where from
   * @param schema the table's columns as Spark has them
   * @param options how
   */
  public PackiceScanBuilder(TableDescription table, PeerAddress peer, StructType schema, ReadOptions options) {
    this.table = table;
    this.peer = peer;
    this.schema = schema;
    this.columns = schema;
    this.options = options;
    this.ranges = new ColumnRanges(table, schema);
    this.selection = Selection.all(table.parts());
  }

  /**
   * How many rows a scan gives.
   *
   * @param scan any scan
   * @return rows; 0 if it is not a table's that this has built, or only its answers to aggregates
   */
  public static long rowCount(Scan scan) {
    return scan instanceof PackiceScan table ? table.estimateStatistics().numRows().orElse(0) : 0;
  }

  /**
   * Which version of a table a scan reads.
   *
   * @param scan any scan
   * @param peer where the table is
   * @param table its name
   * @return the version; null if the scan reads something else
   */
  public static @Nullable TableDescription versionOf(Scan scan, PeerAddress peer, String table) {
    ScanPlan plan = switch (scan) {
      case PackiceScan read -> read.plan();
      case AnsweredScan answered -> answered.plan();
      default -> null;
    };
    return plan != null && plan.table().name().equals(table) && plan.peer().here().equals(peer.here())
        ? plan.table()
        : null;
  }

  @Override
  public void pruneColumns(StructType requiredSchema) {
    columns = requiredSchema;
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] predicates) {
    PartPruning pruning = new PartPruning(table, schema, ranges);
    for (Predicate predicate : predicates) {
      selection = selection.where(part -> !pruning.never(predicate, part));
    }
    List<TablePart> left = selection.picks().stream().map(Selection.Pick::part).toList();
    pushedPredicates = predicates.clone();
    if (predicates.length > 0) {
      pushed.add("filters " + Arrays.toString(predicates));
    }
    return Arrays.stream(predicates)
        .filter(predicate -> !left.stream().allMatch(part -> pruning.always(predicate, part)))
        .toArray(Predicate[]::new);
  }

  @Override
  public Predicate[] pushedPredicates() {
    return pushedPredicates.clone();
  }

  /** Whole blocks of rows for SYSTEM; rows one by one are Spark's. */
  @Override
  public boolean pushTableSample(double lowerBound, double upperBound, boolean withReplacement, long seed,
      SampleMethod method) {
    if (method != SampleMethod.SYSTEM || withReplacement) {
      return false;
    }
    selection = selection.blocks(lowerBound, upperBound, seed);
    pushed.add("sample " + lowerBound + " to " + upperBound);
    return true;
  }

  /** Several scans may share the answer, and a plan may be run in parts: Spark adds up what there is. */
  @Override
  public boolean supportCompletePushDown(Aggregation aggregation) {
    return false;
  }

  @Override
  public boolean pushAggregation(Aggregation aggregation) {
    PartGroups groups = PartGroups.of(table, schema, selection, aggregation.groupByExpressions());
    answer = groups == null ? null : PushedAggregates.answer(ranges, groups, aggregation.aggregateExpressions());
    return answer != null;
  }

  @Override
  public boolean pushLimit(int limit) {
    if (answer != null) {
      return false;
    }
    selection = selection.rows(0, limit);
    isLimitPartial = false;
    pushed.add("limit " + limit);
    return true;
  }

  @Override
  public boolean pushOffset(int offset) {
    if (answer != null) {
      return false;
    }
    selection = selection.rows(offset, Long.MAX_VALUE);
    pushed.add("offset " + offset);
    return true;
  }

  /** Leaves out parts; the order is Spark's. */
  @Override
  public boolean pushTopN(SortOrder[] orders, int limit) {
    Selection top = answer != null ? null : TopParts.of(ranges, selection, orders[0], limit);
    if (top == null) {
      return false;
    }
    selection = top;
    isLimitPartial = true;
    pushed.add("top " + limit + " by " + orders[0]);
    return true;
  }

  @Override
  public boolean isPartiallyPushed() {
    return isLimitPartial;
  }

  @Override
  public Scan build() {
    if (answer != null) {
      return new AnsweredScan(plan(), answer);
    }
    return new FilteredScan(plan());
  }

  private ScanPlan plan() {
    return new ScanPlan(table, peer, ranges, schema, columns, selection, pushed, options);
  }

  /**
   * Like {@link #build}, of a scan that reads all rows of some parts, leaves out nothing more when the query runs, and says what it reads.
   *
   * @param parts those that are read
   * @param reads hears of each use of the scan
   * @return the scan
   */
  public Scan buildWhole(Set<String> parts, PartReads reads) {
    selection = Selection.all(table.parts()).where(part -> parts.contains(part.id()));
    return new PackiceScan(plan(), reads);
  }

  /**
   * Whether a scan is one that {@link #buildWhole} made, or a copy of it.
   *
   * @param scan any scan
   * @param reads who hears of its uses
   * @return true if it is
   */
  public static boolean isWatched(Scan scan, PartReads reads) {
    return scan instanceof PackiceScan ours && ours.isWatchedBy(reads);
  }
}
