package io.packice.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.spark.testing.SparkPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nine columns, ten million rows: the same queries on a table of a peer, on Parquet, on {@code df.cache()} with and without compression, and a job that does
 * nothing. All must give the same answers. Each is an application of its own, because queries of the same text share compiled code within one; all of them run once in each round.
 *
 * <pre>
 * mvn -pl packice-integrations-spark -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ReadBenchmark \
 *   -Dpackice.bench.report=report.json [-Dpackice.bench.rows=10000000] [-Dpackice.bench.rounds=3]
 * </pre>
 */
@EnabledIfSystemProperty(named = ReadBenchmark.REPORT, matches = ".+")
class ReadBenchmark {
  static final String REPORT = "packice.bench.report";

  private static final List<String> WAYS = List.of("empty", "packice", "parquet", "cache", "cache, uncompressed");
  private static final int QUERIES = 8;

  @TempDir Path folder;

  private final Map<String, List<Double>> times = new LinkedHashMap<>();
  /** What the first way has found for each query. */
  private final Map<String, List<Double>> answers = new LinkedHashMap<>();

  @Test
  void compare() throws Exception {
    long rows = Long.getLong("packice.bench.rows", 10_000_000);
    int rounds = Integer.getInteger("packice.bench.rounds", 3);
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    try (SparkPeer peer = new SparkPeer(4L << 30)) {
      run("write", peer, rows, 3);
      for (int round = 0; round < rounds; round++) {
        for (String way : WAYS) {
          run(way, peer, rows, QUERIES);
        }
      }
    }
    report(rows, rounds, load);
  }

  private void run(String way, SparkPeer peer, long rows, int queries) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-Xmx")).toList());
    command.addAll(List.of("-Xmx4g", "-cp", System.getProperty("java.class.path"), Contender.class.getName(), way,
        peer.address(), folder.toString(), Long.toString(rows), Integer.toString(queries)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> others = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      out.lines().forEach(line -> {
        if (line.startsWith(Contender.RESULT)) {
          String[] result = line.split("\t", -1);
          times.computeIfAbsent(result[1], _ -> new ArrayList<>()).add(Double.valueOf(result[2]));
        } else if (line.startsWith(Contender.ANSWER)) {
          String[] answer = line.split("\t", -1);
          requireSame(way, answer[1], Arrays.stream(answer).skip(2).map(Double::valueOf).toList());
        } else {
          others.add(line);
        }
      });
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("Cannot run " + way + ": " + String.join("\n", others));
    }
  }

  /** Sums of floats depend on the order in which tasks end, in their last digits. */
  private void requireSame(String way, String query, List<Double> answer) {
    List<Double> expected = answers.computeIfAbsent(query, _ -> answer);
    assertThat(answer).as(query + ", " + way)
        .usingElementComparator((a, b) -> Math.abs(a - b) <= 1e-9 * Math.abs(b) ? 0 : Double.compare(a, b))
        .isEqualTo(expected);
  }

  private void report(long rows, int rounds, double load) throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode report = json.createObjectNode();
    report.put("when", Instant.now().toString());
    report.put("suite", "ReadBenchmark").put("rows", rows).put("columns", 9).put("rounds", rounds);
    report.putObject("host").put("cores", Runtime.getRuntime().availableProcessors())
        .put("kernel", System.getProperty("os.version"))
        .put("jdk", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.runtime.version"))
        .put("loadBefore", load);
    ArrayNode results = report.putArray("results");
    times.forEach((name, all) -> {
      double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      ObjectNode result = results.addObject().put("name", name).put("unit", "ms").put("least", sorted[0])
          .put("median", sorted[sorted.length / 2]);
      ArrayNode values = result.putArray("times");
      all.forEach(values::add);
      System.out.printf("%-50s least %8.1f ms   median %8.1f ms%n", name, sorted[0], sorted[sorted.length / 2]);
    });
    Files.writeString(Path.of(System.getProperty(REPORT)),
        json.writerWithDefaultPrettyPrinter().writeValueAsString(report));
  }
}
