package io.packice.jmh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps a run within its time: what a suite took once is what it will take again; until then it is estimated, at the pace of the others. */
final class Schedule {
  private final @Nullable Duration limit;
  private final long startNanos = System.nanoTime();
  private final Map<String, Duration> taken = new HashMap<>();
  private double estimatedSeconds;
  private double takenSeconds;

  /** With a limit, or with none if that is null. */
  Schedule(@Nullable Duration limit) {
    this.limit = limit;
  }

  /** A suite that runs at this moment. */
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  /** Those that fit into the time that is left, in order; not the later ones of what does not. */
  List<Plan.Suite> fitting(List<Plan.Suite> suites) {
    if (limit == null) {
      return suites;
    }
    List<Plan.Suite> fitting = new ArrayList<>();
    Duration left = left();
    for (Plan.Suite suite : suites) {
      Duration needed = needed(suite);
      if (needed.compareTo(left) <= 0) {
        fitting.add(suite);
        left = left.minus(needed);
      }
    }
    return fitting;
  }

  boolean hasTimeFor(Plan.Suite suite) {
    return limit == null || needed(suite).compareTo(left()) <= 0;
  }

  private Duration left() {
    return Objects.requireNonNull(limit).minusNanos(System.nanoTime() - startNanos);
  }

  private Duration needed(Plan.Suite suite) {
    Duration known = taken.get(suite.name());
    double pace = estimatedSeconds == 0 ? 1 : takenSeconds / estimatedSeconds;
    return known != null ? known : Duration.ofMillis((long) (suite.estimate().toMillis() * pace));
  }

  /** The caller closes it when the suite has run. */
  Running begin(Plan.Suite suite) {
    long beganNanos = System.nanoTime();
    return () -> {
      Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
      taken.put(suite.name(), took);
      takenSeconds += took.toMillis() / 1000.0;
      estimatedSeconds += suite.estimate().toMillis() / 1000.0;
    };
  }
}
