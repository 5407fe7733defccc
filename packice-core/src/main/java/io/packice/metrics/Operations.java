package io.packice.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.packice.core.PackiceException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Times operations, by their name and how they ended. Safe from any thread. */
final class Operations {
  private static final Duration[] BUCKETS = {Duration.ofNanos(10_000), Duration.ofNanos(50_000),
      Duration.ofNanos(100_000), Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(5),
      Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(500),
      Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10)};

  private final MeterRegistry registry;
  private final Map<Ending, Timer> timers = new ConcurrentHashMap<>();

  private record Ending(String operation, String outcome) {
  }

  Operations(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Does it, and keeps how long it took. */
  <T extends @Nullable Object> T time(String operation, Supplier<T> work) {
    long start = System.nanoTime();
    String outcome = "error";
    try {
      T result = work.get();
      outcome = "ok";
      return result;
    } catch (PackiceException refused) {
      outcome = refused.code().name().toLowerCase(Locale.ROOT);
      throw refused;
    } finally {
      timers.computeIfAbsent(new Ending(operation, outcome), this::timer)
          .record(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  void run(String operation, Runnable work) {
    time(operation, () -> {
      work.run();
      return null;
    });
  }

  private Timer timer(Ending ending) {
    return Timer.builder("packice.operations").tag("operation", ending.operation).tag("outcome", ending.outcome)
        .description("Operations of all transports, and how long they took in the peer").serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
