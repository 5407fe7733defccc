package io.packice.spark.write;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RowLevelWrite;
import org.apache.spark.sql.catalyst.plans.logical.V2WriteCommand;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark runs in this thread, as it has planned it. */
final class RunningWrite {
  private RunningWrite() {
  }

  /** The rows that it writes; null if it writes none, or changes some of those that a table has. */
  static @Nullable LogicalPlan rows() {
    String id = SparkSession.active().sparkContext().getLocalProperty(SQLExecution.EXECUTION_ID_KEY());
    QueryExecution running = id == null ? null : SQLExecution.getQueryExecution(Long.parseLong(id));
    LogicalPlan plan = running == null ? null : running.optimizedPlan();
    boolean isOfChanges = plan instanceof RowLevelWrite; // of a table's rows, those that a condition leaves
    return plan instanceof V2WriteCommand write && !isOfChanges ? write.query() : null;
  }

  static List<LogicalPlan> children(LogicalPlan plan) {
    return CollectionConverters.asJava(plan.children());
  }
}
