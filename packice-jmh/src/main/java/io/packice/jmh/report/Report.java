package io.packice.jmh.report;

import io.packice.core.JsonTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run found, as it is written to JSON. Reports of earlier versions lack some fields; they are empty then.
 *
 * @param when it began, by ISO 8601 in UTC
 * @param command that makes it again
 * @param host what it ran on
 * @param flags of the JVMs
 * @param settings of those that it was compared with, by name
 * @param leftOut what was asked for and not measured, with the reason; one sentence each
 * @param results of each benchmark
 */
public record Report(String when, String command, Host host, List<String> flags, Map<String, String> settings,
    List<String> leftOut, List<Result> results) {
  private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  /** Fills in what an earlier version did not write. */
  public Report {
    flags = Objects.requireNonNullElse(flags, List.of());
    settings = Objects.requireNonNullElse(settings, Map.of());
    leftOut = Objects.requireNonNullElse(leftOut, List.of());
    results = results.stream().sorted(Comparator.comparing(Result::suite)).toList();
  }

  /**
   * What it ran on.
   *
   * @param cpu the model of the processor
   * @param cores that the JVM was given
   * @param memoryBytes of the whole host
   * @param kernel its release
   * @param jdk its name and version
   * @param commit of the sources; null if it cannot be told
   * @param loadBefore how many threads wanted a core when it began, as the kernel averages them over a minute
   * @param loadAfter the same when it ended
   */
  public record Host(String cpu, int cores, long memoryBytes, String kernel, String jdk, @Nullable String commit,
      double loadBefore, double loadAfter) {
  }

  /**
   * One benchmark with one choice of parameters.
   *
   * @param suite the class
   * @param name the method
   * @param params its parameters
   * @param unit of the figures: {@code us/op} and the like, smaller is better; or {@code ops/s}, larger is better
   * @param rounds the mean of each round
   * @param median of the rounds
   * @param comparedTo the method that it stands beside; null if it is one of ours
   * @param ratio how many times that one's time it took; null if there is none
   * @param ratios the same of each method that it stands beside, that one included
   * @param percentiles the time within which each share of the calls was over, by per cent, where single calls were timed; else empty
   */
  public record Result(String suite, String name, Map<String, String> params, String unit, List<Double> rounds,
      double median, @Nullable String comparedTo, @Nullable Ratio ratio, Map<String, Ratio> ratios,
      Map<Double, Double> percentiles) {
    /** Fills in what an earlier version did not write. */
    public Result {
      ratios = ratios != null
          ? ratios
          : comparedTo != null && ratio != null ? Map.of(comparedTo, ratio) : Map.of();
      percentiles = Objects.requireNonNullElse(percentiles, Map.of());
    }

    /**
     * Which way is better.
     *
     * @return whether the figures are of how much was done in a time
     */
    public boolean isRate() {
      return unit.startsWith("ops");
    }

    /** What tells it from the others of a report. */
    String key() {
      return suite + "." + name + (params.isEmpty() ? "" : " " + paramsText());
    }

    /** The shortest numbers first, and everything that has the same parameters together. */
    String sizeOrder() {
      StringBuilder order = new StringBuilder();
      new TreeMap<>(params).values()
          .forEach(value -> order.append(value.matches("\\d+") ? "0".repeat(Math.max(0, 20 - value.length())) : "")
              .append(value).append(' '));
      return order.toString();
    }

    /** Such as {@code bytes 4 KiB, clients 2}. */
    String paramsText() {
      return Units.params(params);
    }
  }

  /**
   * What stands in a report, or in the folder of one.
   *
   * @param path of the JSON, or of the folder that has it
   * @return the report
   * @throws IOException if there is none
   */
  public static Report read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve("report.json") : path;
    if (!Files.isReadable(file)) {
      throw new IOException("Cannot read " + file + ": there is no such file; give a report or its folder");
    }
    try {
      JsonNode tree = JSON.readTree(file);
      return SparkReport.isOne(tree) ? SparkReport.of(tree) : JSON.treeToValue(tree, Report.class);
    } catch (JacksonException e) {
      throw new IOException("Cannot read " + file + ": " + JsonTrouble.of(e) + "; give what bench has written", e);
    }
  }

  /**
   * Several reports as one.
   *
   * @param reports at least one; the first says when and where
   * @return what all of them found
   */
  public static Report join(List<Report> reports) {
    Report first = reports.getFirst();
    Map<String, String> settings = new TreeMap<>();
    reports.forEach(report -> settings.putAll(report.settings));
    return new Report(first.when,
        reports.stream().map(Report::command).distinct().collect(Collectors.joining("; ")), first.host, first.flags,
        settings, reports.stream().flatMap(report -> report.leftOut.stream()).distinct().toList(),
        reports.stream().flatMap(report -> report.results.stream()).toList());
  }

  /**
   * Writes it as JSON.
   *
   * @param file where; what is there is replaced
   */
  public void write(Path file) {
    JSON.writeValue(file, this);
  }

  /**
   * A number as people read it.
   *
   * @param value the number
   * @return three figures of it, or all that stand before the point
   */
  public static String figure(double value) {
    return Units.figure(value);
  }

  /**
   * Parameters as people read them.
   *
   * @param params their values by name
   * @return such as {@code bytes 4 KiB, clients 2}
   */
  public static String paramsText(Map<String, String> params) {
    return Units.params(params);
  }

  /** The results of each suite, in the order of their names. */
  SortedMap<String, List<Result>> suites() {
    return results.stream()
        .collect(Collectors.groupingBy(Result::suite, TreeMap::new,
            Collectors.toList()));
  }
}
