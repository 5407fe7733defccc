package io.packice.spark.read;

import io.packice.spark.read.MappedParts.Use;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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

/**
 * What the driver leases from a query's plan to its end, so that the query reads the version that it was planned for, although another one replaces it meanwhile:
 * where tasks run in the driver's JVM, all parts. Executors cannot join that lease, so elsewhere it is one part, which keeps the table from being evicted.
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

  private static final class Sweeper {
    static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("packice-query-leases").factory());

    static void start() {
      var _ = TIMER.scheduleWithFixedDelay(QueryLeases::endWhatIsOver, SWEEP.toMillis(), SWEEP.toMillis(),
          TimeUnit.MILLISECONDS);
    }
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
    HELD.merge(Long.valueOf(execution), List.copyOf(uses), QueryLeases::both);
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
        Sweeper.start();
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
