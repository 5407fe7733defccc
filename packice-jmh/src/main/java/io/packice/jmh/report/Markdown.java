package io.packice.jmh.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A report as text that repositories show. */
final class Markdown {
  private static final List<Double> SHOWN = List.of(50.0, 99.0, 99.9);

  private final StringBuilder text = new StringBuilder();
  private final Report report;

  private Markdown(Report report) {
    this.report = report;
  }

  /** All of it, with the pictures that lie beside it. */
  static String of(Report report, List<Plots.Picture> pictures) {
    return new Markdown(report).page(pictures);
  }

  private String page(List<Plots.Picture> pictures) {
    Report.Host host = report.host();
    line("# Packice benchmarks, " + report.when().substring(0, Math.min(10, report.when().length())));
    line("");
    line("```bash");
    line("./packice bench " + report.command());
    line("```");
    line("");
    line(String.format(Locale.ROOT,
        "%d cores of %s, %s, Linux %s, %s, commit %s, load %.1f when it began and %.1f when it ended.",
        host.cores(), host.cpu(), Units.bytes((double) host.memoryBytes()), host.kernel(), host.jdk(),
        Objects.requireNonNullElse(host.commit(), "unknown"), host.loadBefore(), host.loadAfter()));
    line(
        "*Times ours* is how many times our time the other took, with the interval that holds the true ratio with a probability of 95 %: above 1,"
            + " ours is faster.");
    list("Where Packice is not better", Summary.notBetter(report));
    list("Left out", report.leftOut());
    report.suites().forEach((suite, results) -> {
      line("");
      line("## " + suite);
      pictures.stream().filter(picture -> picture.suite().equals(suite)).forEach(picture -> {
        line("");
        line("![" + picture.title() + "](" + picture.file().getFileName() + ")");
      });
      table(results);
    });
    Map<String, String> settings = new TreeMap<>(report.settings());
    list("Settings of the rivals", settings.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue())
        .toList());
    return text.toString();
  }

  private void list(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      line("");
      line("## " + title);
      line("");
      lines.forEach(each -> line("- " + each));
    }
  }

  private void table(List<Report.Result> results) {
    boolean isSampled = results.stream().anyMatch(result -> !result.percentiles().isEmpty());
    StringBuilder head = new StringBuilder("| | parameters | median |");
    StringBuilder rule = new StringBuilder("|---|---|--:|");
    if (isSampled) {
      SHOWN.forEach(percent -> {
        head.append(" p").append(Units.figure(percent)).append(" |");
        rule.append("--:|");
      });
    }
    line("");
    line(head + " times ours |");
    line(rule + "---|");
    results.stream().sorted(Comparator.comparing(Report.Result::sizeOrder).thenComparing(Report.Result::name))
        .forEach(result -> row(result, isSampled));
  }

  private void row(Report.Result result, boolean isSampled) {
    StringBuilder row = new StringBuilder("| " + result.name() + " | " + result.paramsText() + " | "
        + Units.figure(result.median()) + " " + result.unit() + " |");
    if (isSampled) {
      SHOWN.forEach(percent -> row.append(' ').append(result.percentiles().containsKey(percent)
          ? Units.figure(result.percentiles().getOrDefault(percent, Double.NaN))
          : "").append(" |"));
    }
    line(row + " " + Summary.ratios(result) + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
