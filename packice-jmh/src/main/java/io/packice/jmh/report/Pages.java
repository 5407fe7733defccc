package io.packice.jmh.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A report as one page that needs nothing beside it, and its pictures as files. */
public final class Pages {
  private static final List<Double> SHOWN = List.of(50.0, 95.0, 99.0, 99.9);
  private static final String STYLE =
      "body{font:16px/1.5 system-ui,sans-serif;max-width:1080px;margin:2em auto;padding:0 1em;color:#222}"
          + "table{border-collapse:collapse;margin:1em 0;font-size:14px}th,td{padding:.25em .7em;text-align:left;border-bottom:1px solid #ddd}"
          + "td.n{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%;border:1px solid #eee;margin:.5em 0}"
          + "tr.packice td{font-weight:600}tr.floor td{color:#666}.worse{color:#b3261e;font-weight:600}code{background:#f4f4f4;padding:.1em .3em}"
          + "@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}th,td{border-color:#444}code{background:#2a2a2a}tr.floor td{color:#999}}";

  private final StringBuilder html = new StringBuilder();
  private final Report report;

  private Pages(Report report) {
    this.report = report;
  }

  /**
   * Draws the pictures and writes the page.
   *
   * @param report what was found
   * @param folder where they go, beside each other
   * @return the page
   * @throws IOException if they cannot be written
   */
  public static Path write(Report report, Path folder) throws IOException {
    List<Plots.Picture> pictures = Plots.write(report, folder);
    Path page = folder.resolve("report.html");
    Files.writeString(page, new Pages(report).page(pictures), StandardCharsets.UTF_8);
    return page;
  }

  private String page(List<Plots.Picture> pictures) throws IOException {
    add("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        + "<title>Packice benchmarks</title><style>" + STYLE + "</style><h1>Packice benchmarks</h1>");
    facts();
    list("Where Packice is not better", "Rivals that take less time, or no more that could be told.",
        Summary.notBetter(report));
    list("Left out", "Asked for and not measured.", report.leftOut());
    for (Map.Entry<String, List<Report.Result>> suite : report.suites().entrySet()) {
      add("<h2>" + text(suite.getKey()) + "</h2>");
      for (Plots.Picture picture : pictures) {
        if (picture.suite().equals(suite.getKey())) {
          add("<img alt=\"" + text(picture.title()) + "\" src=\"data:image/png;base64,"
              + Base64.getEncoder().encodeToString(Files.readAllBytes(picture.file())) + "\">");
        }
      }
      table(suite.getValue());
    }
    if (!report.settings().isEmpty()) {
      add("<h2>Settings of the rivals</h2><dl>");
      new TreeMap<>(report.settings())
          .forEach((name, how) -> add("<dt><b>" + text(name) + "</b></dt><dd>" + text(how) + "</dd>"));
      add("</dl>");
    }
    return html.append("</html>\n").toString();
  }

  private void facts() {
    Report.Host host = report.host();
    add("<p><code>./packice bench " + text(report.command()) + "</code></p><p>" + text(String.format(Locale.ROOT,
        "%s, %d cores of %s, %s, Linux %s, %s, commit %s; load %.1f when it began and %.1f when it ended.",
        report.when(),
        host.cores(), host.cpu(), Units.bytes((double) host.memoryBytes()), host.kernel(), host.jdk(),
        Objects.requireNonNullElse(host.commit(), "unknown"), host.loadBefore(), host.loadAfter())) + "</p>");
    add("<p>JVM flags: <code>" + text(String.join(" ", report.flags())) + "</code></p>");
    add("<p>Every benchmark ran in a process of its own, all of them once in each round, so that a machine that drifts is unfair to nobody."
        + " <b>Times ours</b> is the geometric mean over the rounds of how many times our time the other took, with the interval that holds the true"
        + " ratio with a probability of 95&nbsp;%: above 1, ours is faster. Floors do only what cannot be left out; rivals are what one would use"
        + " instead. Every value that was read or written was compared with what it must be.</p>");
  }

  private void list(String title, String what, List<String> lines) {
    if (!lines.isEmpty()) {
      add("<h2>" + title + "</h2><p>" + what + "</p><ul>");
      lines.forEach(line -> add("<li>" + text(line) + "</li>"));
      add("</ul>");
    }
  }

  private void table(List<Report.Result> results) {
    boolean isSampled = results.stream().anyMatch(result -> !result.percentiles().isEmpty());
    add("<table><tr><th>benchmark</th><th>parameters</th><th>median of " + rounds(results) + "</th>");
    if (isSampled) {
      SHOWN.forEach(percent -> add("<th>p" + Units.figure(percent) + "</th>"));
    }
    add("<th>times ours</th></tr>");
    results.stream().sorted(Comparator.comparing(Pages::order).thenComparing(Report.Result::name))
        .forEach(result -> row(result, isSampled));
    add("</table>");
  }

  /** The shortest numbers first, and everything that has the same parameters together. */
  private static String order(Report.Result result) {
    StringBuilder order = new StringBuilder();
    new TreeMap<>(result.params()).values()
        .forEach(value -> order.append(value.matches("\\d+") ? "0".repeat(Math.max(0, 20 - value.length())) : "")
            .append(value).append(' '));
    return order.toString();
  }

  private static String rounds(List<Report.Result> results) {
    int rounds = results.stream().mapToInt(result -> result.rounds().size()).max().orElse(0);
    return rounds == 1 ? "1 round" : rounds + " rounds";
  }

  private void row(Report.Result result, boolean isSampled) {
    String kind =
        result.name().startsWith("packice") ? "packice" : result.name().startsWith("floor") ? "floor" : "rival";
    add("<tr class=\"" + kind + "\"><td>" + text(result.name()) + "</td><td>" + text(result.paramsText())
        + "</td><td class=\"n\">" + Units.figure(result.median()) + " " + text(result.unit()) + "</td>");
    if (isSampled) {
      SHOWN.forEach(percent -> add("<td class=\"n\">" + (result.percentiles().containsKey(percent)
          ? Units.figure(result.percentiles().getOrDefault(percent, Double.NaN))
          : "") + "</td>"));
    }
    boolean isWorse = kind.equals("rival") && result.ratio() != null && result.ratio().high() < 1;
    add("<td" + (isWorse ? " class=\"worse\"" : "") + ">" + text(Summary.ratios(result)) + "</td></tr>");
  }

  private void add(String part) {
    html.append(part).append('\n');
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
