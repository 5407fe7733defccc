package io.packice.jmh;

import io.packice.jmh.report.Ratio;
import io.packice.jmh.report.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.options.Options;

/** Runs suites in rounds: every benchmark once in a process of its own, then all of them again. */
final class Rounds {
  private static final List<Double> PERCENTILES =
      List.of(0.0, 1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0);

  private final Map<Key, Figures> figures = new LinkedHashMap<>();

  /** A benchmark with a choice of parameters. */
  record Key(String suite, String name, Map<String, String> params) {
    static Key of(BenchmarkParams benchmark) {
      String full = benchmark.getBenchmark();
      int dot = full.lastIndexOf('.');
      Map<String, String> params = new TreeMap<>();
      benchmark.getParamsKeys().forEach(key -> params.put(key, benchmark.getParam(key)));
      return new Key(full.substring(0, dot), full.substring(dot + 1), params);
    }

    String simpleSuite() {
      return suite.substring(suite.lastIndexOf('.') + 1);
    }

    /** The methods that it is compared to; empty if to none. */
    List<String> bases() {
      try {
        for (var method : Class.forName(suite).getMethods()) {
          if (method.getName().equals(name) && method.isAnnotationPresent(ComparedTo.class)) {
            return List.of(method.getAnnotation(ComparedTo.class).value());
          }
        }
        return List.of();
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("Cannot find the suite " + suite + "; build it again", e);
      }
    }

    /** Such as {@code ReadBenchmark.packice bytes 4 KiB}. */
    @Override
    public String toString() {
      return simpleSuite() + "." + name + (params.isEmpty() ? "" : " " + Report.paramsText(params));
    }
  }

  /** What each round gave. */
  private record Figures(String unit, List<Double> rounds, List<Map<Double, Double>> percentiles) {
    /** Of each percentile the median of the rounds. */
    Map<Double, Double> middlePercentiles() {
      return percentiles.isEmpty()
          ? Map.of()
          : PERCENTILES.stream().collect(Collectors.toMap(p -> p,
              p -> median(percentiles.stream().mapToDouble(round -> round.getOrDefault(p, Double.NaN))),
              (a, _) -> a, TreeMap::new));
    }
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /**
   * Runs one more round of a suite.
   *
   * @return how many benchmarks gave a figure
   */
  int run(Options suite, OutputFormat output) throws RunnerException {
    Collection<RunResult> results = new Runner(suite, output).run();
    for (RunResult result : results) {
      Result<?> primary = result.getPrimaryResult();
      Figures own = figures.computeIfAbsent(Key.of(result.getParams()),
          _ -> new Figures(primary.getScoreUnit(), new ArrayList<>(), new ArrayList<>()));
      own.rounds.add(primary.getScore());
      if (result.getParams().getMode() == Mode.SampleTime) {
        own.percentiles
            .add(PERCENTILES.stream().collect(Collectors.toMap(p -> p, primary.getStatistics()::getPercentile)));
      }
      result.getSecondaryResults().forEach((label, second) -> {
        if (!second.getRole().isDerivative()) { // those are the percentiles, once more
          addSecond(Key.of(result.getParams()), label,
              second.getScore() / result.getParams().getMeasurement().getCount());
        }
      });
    }
    return results.size();
  }

  /** A figure that a benchmark counts beside its time, as the mean of its iterations. */
  private void addSecond(Key key, String label, double mean) {
    figures.computeIfAbsent(new Key(key.suite, key.name + "." + label, key.params),
        _ -> new Figures("each", new ArrayList<>(), new ArrayList<>())).rounds.add(mean);
  }

  /** All that was found so far, in the order in which it ran. */
  List<Report.Result> results() {
    return figures.entrySet().stream().map(entry -> result(entry.getKey(), entry.getValue())).toList();
  }

  private Report.Result result(Key key, Figures own) {
    Map<String, Ratio> ratios = new LinkedHashMap<>();
    for (String base : key.bases()) {
      Figures other = figures.get(new Key(key.suite, base, key.params));
      if (other != null) {
        Ratio ratio = Ratio.of(own.rounds, other.rounds);
        ratios.put(base, own.unit.startsWith("ops") ? ratio.inverse() : ratio);
      }
    }
    String first = key.bases().isEmpty() ? null : key.bases().getFirst();
    return new Report.Result(key.simpleSuite(), key.name, key.params, own.unit, own.rounds,
        median(own.rounds.stream().mapToDouble(Double::doubleValue)), first, first == null ? null : ratios.get(first),
        ratios, own.middlePercentiles());
  }
}
