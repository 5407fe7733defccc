package io.packice.spark.read;

import io.packice.spark.read.LeasedVersions.Use;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.jspecify.annotations.Nullable;

/**
 * Keeps versions of tables until the queries end that read them.
 *
 * <p>Spark tells of a query's end by an event, which it drops when its listeners are too slow; and a thread that outlives its query plans in its name. So it is
 * also asked, now and then, which queries run.
 */
final class QueryLeases extends SparkListener {
  private static final Set<SparkContext> WATCHED = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean IS_SWEPT = new AtomicBoolean();
  /** By the execution, whose numbers a JVM gives once. */
  private static final Map<Long, List<Use>> HELD = new ConcurrentHashMap<>();

  private static final Duration SWEEP = Duration.ofSeconds(1);

  private QueryLeases() {
  }

  private static final class Timer {
    static final ScheduledThreadPoolExecutor THREAD = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("packice-query-leases").factory());
  }

  /** Keeps a version to the end of the query that this thread runs; if it runs none, for some time. */
  static void keep(Use use, long graceMs) {
    SparkContext context = SparkSession.active().sparkContext();
    Long execution = execution(context);
    if (execution != null) {
      keep(context, execution, use);
      keepPlanned(context, execution);
    } else if (graceMs > 0) {
      var _ = Timer.THREAD.schedule(use::close, graceMs, TimeUnit.MILLISECONDS);
    } else {
      use.close();
    }
  }

  /** Keeps what a plan reads to the end of the query that this thread runs, if it is kept still: it may have been looked up before the query began. */
  static void hold(ScanPlan plan) {
    SparkContext context = SparkSession.active().sparkContext();
    Long execution = execution(context);
    if (execution != null) {
      Use use = LeasedVersions.join(plan.peer(), plan.table());
      if (use != null) {
        keep(context, execution, use);
      }
      keepPlanned(context, execution);
    }
  }

  /** Spark runs a part of a query in other threads than the one that has planned it. */
  private static void keepPlanned(SparkContext context, Long execution) {
    LeasedVersions.takePlanned().forEach(planned -> keep(context, execution, planned));
  }

  private static @Nullable Long execution(SparkContext context) {
    String execution = context.getLocalProperty(SQLExecution.EXECUTION_ID_KEY());
    return execution == null ? null : Long.valueOf(execution);
  }

  private static void keep(SparkContext context, Long execution, Use use) {
    watch(context);
    HELD.merge(execution, List.of(use), QueryLeases::both);
  }

  private static List<Use> both(List<Use> some, List<Use> more) {
    List<Use> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private static void watch(SparkContext context) {
    WATCHED.removeIf(SparkContext::isStopped);
    if (WATCHED.add(context)) {
      context.addSparkListener(new QueryLeases());
      if (IS_SWEPT.compareAndSet(false, true)) {
        var _ = Timer.THREAD.scheduleWithFixedDelay(QueryLeases::endWhatIsOver, SWEEP.toMillis(), SWEEP.toMillis(),
            TimeUnit.MILLISECONDS);
      }
    }
  }

  private static void endWhatIsOver() {
    HELD.keySet().stream().filter(execution -> SQLExecution.getQueryExecution(execution) == null)
        .forEach(QueryLeases::end);
  }

  private static void end(long execution) {
    List<Use> uses = HELD.remove(execution);
    if (uses != null) {
      uses.forEach(Use::close);
    }
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof SparkListenerSQLExecutionEnd end) {
      end(end.executionId());
    }
  }
}
