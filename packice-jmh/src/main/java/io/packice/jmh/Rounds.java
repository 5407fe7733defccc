package io.packice.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs suites in rounds: every benchmark once in a process of its own, then all of them again. */
final class Rounds {
  private final Options options;
  private final Map<Key, Times> times = new LinkedHashMap<>();

  /** Takes what a round does. */
  Rounds(Options options) {
    this.options = new OptionsBuilder().parent(options).shouldFailOnError(true).build();
  }

  /** A benchmark with a choice of parameters. */
  private record Key(String suite, String name, Map<String, String> params) {
    static Key of(BenchmarkParams benchmark) {
      String full = benchmark.getBenchmark();
      int dot = full.lastIndexOf('.');
      Map<String, String> params = new TreeMap<>();
      benchmark.getParamsKeys().forEach(key -> params.put(key, benchmark.getParam(key)));
      return new Key(full.substring(0, dot), full.substring(dot + 1), params);
    }

    /** The method that it is compared to; null if to none. */
    @Nullable
    String base() {
      try {
        for (var method : Class.forName(suite).getMethods()) {
          if (method.getName().equals(name) && method.isAnnotationPresent(ComparedTo.class)) {
            return method.getAnnotation(ComparedTo.class).value();
          }
        }
        return null;
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("Cannot find the suite " + suite + "; build it again", e);
      }
    }
  }

  /** What each round took. */
  private record Times(String unit, List<Double> rounds) {
    double median() {
      List<Double> sorted = rounds.stream().sorted().toList();
      return sorted.get(sorted.size() / 2);
    }
  }

  /** Runs one more round. */
  void run() throws RunnerException {
    Collection<RunResult> results = new Runner(options).run();
    for (RunResult result : results) {
      times.computeIfAbsent(Key.of(result.getParams()),
          _ -> new Times(result.getPrimaryResult().getScoreUnit(), new ArrayList<>())).rounds
          .add(result.getPrimaryResult().getScore());
    }
  }

  /** All that was found so far, in the order in which it ran. */
  List<Report.Result> results() {
    return times.entrySet().stream().map(entry -> result(entry.getKey(), entry.getValue())).toList();
  }

  private Report.Result result(Key key, Times own) {
    String base = key.base();
    Times other = base == null ? null : times.get(new Key(key.suite, base, key.params));
    return new Report.Result(key.suite.substring(key.suite.lastIndexOf('.') + 1), key.name, key.params, own.unit,
        own.rounds, own.median(), base, other == null ? null : Ratio.of(own.rounds, other.rounds));
  }
}
