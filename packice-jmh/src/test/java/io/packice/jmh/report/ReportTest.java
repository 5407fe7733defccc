package io.packice.jmh.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.packice.jmh.report.Comparison.Show;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was measured is kept, drawn, and compared. */
final class ReportTest {
  private static final Report.Host HOST =
      new Report.Host("a processor", 2, 1L << 34, "6.1", "a JDK", "abc", 0.1, 1.5);

  private static Report.Result result(String name, int bytes, double... rounds) {
    List<Double> all = Arrays.stream(rounds).boxed().toList();
    Ratio ratio = name.startsWith("packice") ? null : Ratio.of(all, List.of(2.0, 2.0, 2.0));
    return new Report.Result("ReadBenchmark", name, Map.of("bytes", String.valueOf(bytes)), "us/op", all,
        all.getFirst(), ratio == null ? null : "packice", ratio, ratio == null ? Map.of() : Map.of("packice", ratio),
        new TreeMap<>(Map.of(50.0, rounds[0], 99.0, 2 * rounds[0])));
  }

  private static Report report(Report.Result... results) {
    return new Report("2026-01-01T00:00:00Z", "Read", HOST, List.of("-X"), Map.of("Redis", "as <it> is"),
        List.of("Put: no time"), List.of(results));
  }

  @Test
  void aReportIsReadAsItWasWritten(@TempDir Path folder) throws IOException {
    Report report = report(result("packice", 4096, 2, 2.1, 1.9), result("rivalRedis", 4096, 4, 4.2, 3.8));
    report.write(folder.resolve("report.json"));
    assertThat(Report.read(folder)).isEqualTo(report);
    assertThat(Report.read(folder.resolve("report.json"))).isEqualTo(report);
  }

  @Test
  void reportsOfEarlierVersionsAreRead() throws IOException {
    Report kept = Report.read(Path.of("../docs/benchmarks/2026-11-21.json"));
    assertThat(kept.results()).isNotEmpty().anyMatch(result -> !result.ratios().isEmpty());
    assertThat(Comparison.of(kept, kept).lines(Show.MOVED)).last().asString().startsWith("0 of ");
  }

  @Test
  void aMissingReportIsSaidInOneLine(@TempDir Path folder) {
    assertThatThrownBy(() -> Report.read(folder)).isInstanceOf(IOException.class)
        .hasMessageContaining("there is no such file; give a report or its folder");
  }

  @Test
  void aPageNeedsNothingBesideIt(@TempDir Path folder) throws IOException {
    Report report = report(result("packice", 4096, 2, 2.1, 1.9), result("packice", 65536, 8, 8, 8.1),
        result("rivalRedis", 4096, 1, 1.01, 1.02), result("floorHeap", 65536, 4, 4, 4.1));
    String page = Files.readString(Pages.write(report, folder), StandardCharsets.UTF_8);
    assertThat(page).contains("data:image/png;base64,", "as &lt;it&gt; is", "Put: no time", "a processor", "abc",
        "Where Packice is not better", "ReadBenchmark.rivalRedis bytes 4 KiB takes")
        .doesNotContain("src=\"http", "href=\"http", "<link");
    assertThat(folder.resolve("Read-time-by-bytes.png")).exists();
    assertThat(folder.resolve("Read-latency-bytes-4-KiB.png")).exists();
  }

  @Test
  void theMarkdownShowsThePicturesBesideIt(@TempDir Path folder) throws IOException {
    Report report = report(result("packice", 4096, 2, 2.1, 1.9), result("packice", 65536, 8, 8, 8.1),
        result("rivalRedis", 4096, 1, 1.01, 1.02));
    Path _ = Pages.write(report, folder);
    assertThat(folder.resolve("report.md")).content().contains("![Read, time by bytes](Read-time-by-bytes.png)",
        "| packice | bytes 4 KiB | 2 us/op | 2 | 4 |", "## Where Packice is not better", "- Redis: as <it> is");
  }

  @Test
  void reportsAreJoined() {
    Report one = report(result("packice", 4096, 2, 2.1, 1.9));
    Report other = new Report("2026-01-02T00:00:00Z", "Put", HOST, List.of(), Map.of("memcached", "so"),
        List.of("Put: no time"), List.of(result("rivalRedis", 4096, 4, 4.2, 3.8)));
    Report all = Report.join(List.of(one, other));
    assertThat(all.results()).containsAll(one.results()).containsAll(other.results()).hasSize(2);
    assertThat(all.settings()).containsOnlyKeys("Redis", "memcached");
    assertThat(all.leftOut()).containsExactly("Put: no time");
    assertThat(all.command()).isEqualTo("Read; Put");
  }

  @Test
  void whatTheBenchmarkOfSparkWritesIsAReport(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("spark.json"),
        """
            {"when": "2026-01-01T00:00:00Z", "suite": "ReadBenchmark", "rows": 1000, "columns": 9, "rounds": 1,
             "host": {"cores": 2, "kernel": "6.1", "jdk": "a JDK", "loadBefore": 0.1},
             "results": [{"name": "count, min, max, packice", "unit": "ms", "least": 1, "median": 2, "times": [1, 2, 3]},
                         {"name": "count, min, max, cache, uncompressed", "unit": "ms", "least": 2, "median": 4, "times": [2, 4, 6]},
                         {"name": "empty job", "unit": "ms", "least": 1, "median": 1, "times": [1]}]}
            """);
    Report report = Report.read(file);
    assertThat(report.results()).extracting(Report.Result::name).containsExactlyInAnyOrder("packice",
        "rivalCacheUncompressed", "floorNothing");
    assertThat(report.results()).filteredOn(result -> result.ratio() != null).singleElement()
        .satisfies(rival -> assertThat(rival.ratio().ratio()).isCloseTo(2, within(1e-9)));
  }

  @Test
  void aGoalIsJudgedByItsLengthOrElseByTheLongest() {
    Report.Result near = goal(16 << 20, 60, 62, 58);
    Report.Result far = goal(64 << 20, 30, 31, 29);
    assertThat(Goal.judge(report(near, far))).singleElement().satisfies(judged -> {
      assertThat(judged.by()).isEqualTo(near);
      assertThat(judged.outcome()).isEqualTo(Goal.Outcome.REACHED);
      assertThat(judged.measured()).startsWith("30 (").endsWith(") times as fast");
    });
    assertThat(Goal.judge(report(goal(1 << 20, 60, 62, 58), far))).singleElement().satisfies(judged -> {
      assertThat(judged.by()).isEqualTo(far);
      assertThat(judged.outcome()).isEqualTo(Goal.Outcome.MISSED);
      assertThat(judged.measured()).endsWith(", at 64 MiB");
    });
  }

  private static Report.Result goal(int bytes, double... rounds) {
    List<Double> all = Arrays.stream(rounds).boxed().toList();
    return new Report.Result("ReadBenchmark", "rivalRedis", Map.of("bytes", String.valueOf(bytes)), "us/op", all,
        all.getFirst(), "packice", null, Map.of("packiceKept", Ratio.of(all, List.of(2.0, 2.0, 2.0))), Map.of());
  }

  @Test
  void aComparisonShowsWhatMovedAndNothingElse() {
    Report before = report(result("packice", 4096, 2, 2.1, 1.9), result("packiceKept", 4096, 1, 1.5, 0.7));
    Report after = report(result("packice", 4096, 4, 4.2, 3.8), result("packiceKept", 4096, 1.1, 0.8, 1.4),
        result("packiceNew", 4096, 1));
    Comparison comparison = Comparison.of(before, after);
    assertThat(comparison.lines(Show.MOVED)).anyMatch(line -> line.contains("ReadBenchmark.packice bytes 4 KiB")
        && line.contains("times 2 (") && line.endsWith("slower"))
        .noneMatch(line -> line.contains("packiceKept"))
        .contains("Only in the second: ReadBenchmark.packiceNew bytes 4 KiB");
    assertThat(comparison.lines(Show.ALL)).anyMatch(line -> line.contains("packiceKept") && line.endsWith("told"));
  }

  @Test
  void theIntervalOfTwoRunsHoldsTheirRatio() {
    Ratio ratio = Ratio.between(List.of(4.0, 4.2, 3.8), List.of(2.0, 2.1, 1.9));
    assertThat(ratio.ratio()).isCloseTo(2, within(0.01));
    assertThat(ratio.low()).isBetween(1.7, 2.0);
    assertThat(ratio.high()).isBetween(2.0, 2.4);
  }

  @Test
  void numbersHaveThreeFiguresAndUnits() {
    assertThat(List.of(Units.figure(0.2511), Units.figure(12.34), Units.figure(12345.6), Units.bytes(65536)))
        .containsExactly("0.251", "12.3", "12 346", "64 KiB");
  }
}
