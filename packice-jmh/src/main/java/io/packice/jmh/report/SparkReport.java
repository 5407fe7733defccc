package io.packice.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the benchmark of packice-integrations-spark writes, which runs under Maven with Spark on its class path, as a report. */
final class SparkReport {
  private static final String SUITE = "SparkReadBenchmark";
  private static final String OURS = "packice";

  /** Ways to read, by the ends of the names of what was timed; the longer ones first. */
  private static final Map<String, String> WAYS = ways();

  private SparkReport() {
  }

  private static Map<String, String> ways() {
    Map<String, String> ways = new LinkedHashMap<>();
    ways.put(", cache, uncompressed", "rivalCacheUncompressed");
    ways.put(", cache", "rivalCache");
    ways.put(", parquet", "rivalParquet");
    ways.put(", nowhere", "floorNowhere");
    ways.put(", packice", OURS);
    return ways;
  }

  static boolean isOne(JsonNode tree) {
    return tree.has("suite") && tree.has("columns");
  }

  static Report of(JsonNode tree) {
    Map<String, Map<String, List<Double>>> queries = new LinkedHashMap<>();
    for (JsonNode result : tree.get("results")) {
      String name = result.get("name").stringValue();
      List<Double> times = new ArrayList<>();
      result.get("times").forEach(time -> times.add(time.doubleValue()));
      String end = WAYS.keySet().stream().filter(name::endsWith).findFirst().orElse("");
      queries.computeIfAbsent(name.substring(0, name.length() - end.length()), _ -> new LinkedHashMap<>())
          .put(WAYS.getOrDefault(end, "floorNothing"), times);
    }
    List<Report.Result> results = new ArrayList<>();
    String rows = tree.get("rows").asString();
    queries.forEach((query, ways) -> ways.forEach((way, times) -> {
      List<Double> ours = ways.get(OURS);
      Ratio ratio = way.equals(OURS) || ours == null ? null : Ratio.of(times, ours);
      double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      results.add(new Report.Result(SUITE, way, Map.of("query", query, "rows", rows), "ms/op", times,
          sorted[sorted.length / 2], ratio == null ? null : OURS, ratio,
          ratio == null ? Map.of() : Map.of(OURS, ratio), Map.of()));
    }));
    JsonNode host = tree.get("host");
    return new Report(tree.get("when").stringValue(), "of packice-integrations-spark",
        new Report.Host("", host.get("cores").intValue(), 0, host.get("kernel").stringValue(),
            host.get("jdk").stringValue(), null, host.get("loadBefore").doubleValue(), 0),
        List.of(),
        Map.of("Spark", "4.2, local on all cores, one application for each way to read, times after warm-up"),
        List.of(), results);
  }
}
