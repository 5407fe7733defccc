package io.packice.jmh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What a report says, in lines of text. */
public final class Summary {
  private Summary() {
  }

  /**
   * For people.
   *
   * @param report what was found
   * @return lines without their ends
   */
  public static List<String> lines(Report report) {
    List<String> lines = new ArrayList<>();
    int names = width(report, result -> result.name());
    int params = width(report, Report.Result::paramsText);
    String form = "%-" + names + "s  %-" + params + "s  %10s %-6s  %s";
    report.suites().forEach((suite, results) -> {
      lines.add(suite);
      results.forEach(result -> lines.add("  " + String.format(Locale.ROOT, form, result.name(), result.paramsText(),
          Units.figure(result.median()), result.unit(), ratios(result)).stripTrailing()));
    });
    List<String> worse = notBetter(report);
    if (!worse.isEmpty()) {
      lines.add("Where Packice is not better:");
      worse.forEach(line -> lines.add("  " + line));
    }
    report.leftOut().forEach(line -> lines.add("Left out: " + line));
    return lines;
  }

  private static int width(Report report, Function<Report.Result, String> column) {
    return report.results().stream().mapToInt(result -> column.apply(result).length()).max().orElse(1);
  }

  /** Such as {@code 1.24 (0.92 to 1.68) of packice; 4.1 (4.0 to 4.2) of packiceWarm}. */
  static String ratios(Report.Result result) {
    return String.join("; ", result.ratios().entrySet().stream()
        .map(each -> Units.ratio(each.getValue()) + " of " + each.getKey()).toList());
  }

  /** One sentence for each rival that takes less time than ours, or no more that could be told. */
  static List<String> notBetter(Report report) {
    List<String> lines = new ArrayList<>();
    for (Report.Result result : report.results()) {
      Ratio ratio = result.ratio();
      if (ratio != null && result.name().startsWith("rival") && ratio.low() <= 1) {
        lines.add(result.key() + " takes " + Units.ratio(ratio) + " of the time of " + result.comparedTo());
      }
    }
    return lines;
  }
}
