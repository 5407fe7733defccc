package io.packice.spark.read;

import io.packice.spark.read.MappedParts.Use;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;

/**
 * What the driver leases from a query's plan to its end, so that the query reads the version that it was planned for, although another one replaces it meanwhile:
 * where tasks run in the driver's JVM, all parts. Executors cannot join that lease, so elsewhere it is one part, which keeps the table from being evicted.
 */
final class QueryLeases extends SparkListener {
  private static final Set<SparkContext> WATCHED = ConcurrentHashMap.newKeySet();
  private static final Map<String, List<Use>> HELD = new ConcurrentHashMap<>();

  private final String application;

  private QueryLeases(String application) {
    this.application = application;
  }

  /** Leases for the query that this thread plans; nothing if it only explains one. */
  static void hold(ScanPlan plan) {
    SparkContext context = SparkSession.active().sparkContext();
    String execution = context.getLocalProperty(SQLExecution.EXECUTION_ID_KEY());
    if (execution == null) {
      return;
    }
    watch(context);
    List<Use> uses = new ArrayList<>();
    try {
      Set<String> known = new HashSet<>();
      for (Slice slice : plan.selection().slices()) {
        if (known.add(slice.partId())) {
          uses.add(MappedParts.acquire(plan.peer(), plan.table(), slice));
          if (!context.isLocal()) {
            break;
          }
        }
      }
    } catch (Throwable gone) {
      uses.forEach(Use::close);
      throw gone;
    }
    HELD.merge(key(context.applicationId(), execution), List.copyOf(uses), QueryLeases::both);
  }

  private static List<Use> both(List<Use> some, List<Use> more) {
    List<Use> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private static void watch(SparkContext context) {
    WATCHED.removeIf(SparkContext::isStopped);
    if (WATCHED.add(context)) {
      context.addSparkListener(new QueryLeases(context.applicationId()));
    }
  }

  private static String key(String application, String execution) {
    return application + "/" + execution;
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof SparkListenerSQLExecutionEnd end) {
      List<Use> uses = HELD.remove(key(application, Long.toString(end.executionId())));
      if (uses != null) {
        uses.forEach(Use::close);
      }
    }
  }
}
