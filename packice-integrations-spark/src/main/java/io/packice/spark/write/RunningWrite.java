package io.packice.spark.write;

import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RowLevelWrite;
import org.apache.spark.sql.catalyst.plans.logical.V2WriteCommand;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanHelper;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark runs in this thread, as it has planned it. */
final class RunningWrite {
  /** Goes through plans that change while they run. */
  private static final AdaptiveSparkPlanHelper IN_STAGES = new AdaptiveSparkPlanHelper() {
  };

  private RunningWrite() {
  }

  /** The rows that it writes; null if it writes none, or changes some of those that a table has. */
  static @Nullable LogicalPlan rows() {
    QueryExecution running = running();
    LogicalPlan plan = running == null ? null : running.optimizedPlan();
    boolean isOfChanges = plan instanceof RowLevelWrite; // of a table's rows, those that a condition leaves
    return plan instanceof V2WriteCommand write && !isOfChanges ? write.query() : null;
  }

  /** Whether Spark, while it ran it, found that no row of a scan can be in the result, and so did without. */
  static boolean doesWithout(Predicate<Scan> scan) {
    QueryExecution running = running();
    return running != null && !IN_STAGES.existsWithSubqueries(running.executedPlan(),
        node -> node instanceof BatchScanExec each && scan.test(each.scan()));
  }

  private static @Nullable QueryExecution running() {
    String id = SparkSession.active().sparkContext().getLocalProperty(SQLExecution.EXECUTION_ID_KEY());
    return id == null ? null : SQLExecution.getQueryExecution(Long.parseLong(id));
  }

  static List<LogicalPlan> children(LogicalPlan plan) {
    return CollectionConverters.asJava(plan.children());
  }
}
