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

/** A report as one page that needs nothing beside it, its pictures as files, and Markdown that shows those. */
public final class Pages {
  private static final List<Double> SHOWN = List.of(50.0, 95.0, 99.0, 99.9);
  private static final String STYLE =
      """
          :root{--text:#1d2733;--soft:#5d6b7a;--line:#dfe5ec;--ground:#fff;--card:#f6f8fb;--good:#0a7d4f;--bad:#b3261e;--ours:#005fb8}
          @media(prefers-color-scheme:dark){:root{--text:#dde3ea;--soft:#94a1b0;--line:#333d48;--ground:#14181d;--card:#1c2229;--good:#4cc38a;--bad:#f28b82;
          --ours:#7ab7f5}}
          body{font:16px/1.55 system-ui,"DejaVu Sans",sans-serif;max-width:1120px;margin:2.5em auto;padding:0 1.2em;color:var(--text);background:var(--ground)}
          h1{font-size:2em;margin:0 0 .2em}h2{margin:2.2em 0 .4em;padding-top:.6em;border-top:1px solid var(--line)}
          p.facts{color:var(--soft);margin:.2em 0}nav{margin:1em 0;line-height:2}nav a{color:var(--ours);text-decoration:none;margin-right:1em;
          white-space:nowrap}
          table{border-collapse:collapse;margin:1em 0;font-size:14px;width:100%}th,td{padding:.3em .7em;text-align:left;border-bottom:1px solid var(--line)}
          th{color:var(--soft);font-weight:600}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
          tr.packice td{font-weight:600;color:var(--ours)}tr.floor td{color:var(--soft)}tr.first td{border-top:2px solid var(--line)}
          img{width:100%;border:1px solid var(--line);border-radius:8px;margin:.6em 0;background:#fff}
          .worse,.missed{color:var(--bad);font-weight:600}.reached{color:var(--good);font-weight:600}.open{color:var(--soft);font-weight:600}
          section.card{background:var(--card);border-radius:10px;padding:.6em 1.2em;margin:1.2em 0}
          code{background:var(--card);padding:.1em .35em;border-radius:4px}svg.bar{vertical-align:middle}
          .bar .better{fill:var(--good)}.bar .less{fill:var(--bad)}.bar .same{fill:var(--soft)}.bar .axis{stroke:var(--soft)}.bar .line{stroke:var(--text);
          stroke-width:1.5}
          """;

  private final StringBuilder html = new StringBuilder();
  private final Report report;

  private Pages(Report report) {
    this.report = report;
  }

  /**
   * Draws the pictures and writes the page, and its Markdown.
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
    Files.writeString(folder.resolve("report.md"), Markdown.of(report, pictures), StandardCharsets.UTF_8);
    return page;
  }

  private String page(List<Plots.Picture> pictures) throws IOException {
    add("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        + "<title>Packice benchmarks</title><style>" + STYLE + "</style><h1>Packice benchmarks</h1>");
    facts();
    goals();
    list("Where Packice is not better", "Rivals that take less time, or no more that could be told.",
        Summary.notBetter(report));
    add("<nav>");
    report.suites().keySet().forEach(suite -> add("<a href=\"#" + suite + "\">" + text(name(suite)) + "</a>"));
    add("</nav>");
    list("Left out", "Asked for and not measured.", report.leftOut());
    for (Map.Entry<String, List<Report.Result>> suite : report.suites().entrySet()) {
      add("<h2 id=\"" + suite.getKey() + "\">" + text(name(suite.getKey())) + "</h2>");
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

  private static String name(String suite) {
    return suite.replaceFirst("Benchmark$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
  }

  private void facts() {
    Report.Host host = report.host();
    add("<p class=\"facts\">" + text(String.format(Locale.ROOT, "%s · %d cores of %s · %s · Linux %s · %s · commit %s",
        report.when(), host.cores(), host.cpu(), Units.bytes((double) host.memoryBytes()), host.kernel(), host.jdk(),
        Objects.requireNonNullElse(host.commit(), "unknown"))) + "</p>");
    add("<p class=\"facts\">" + text(String.format(Locale.ROOT, "Load %.1f when it began and %.1f when it ended%s",
        host.loadBefore(), host.loadAfter(),
        host.loadBefore() > host.cores() ? ": others were working, so trust the ratios more than the times" : ""))
        + " · <code>./packice bench " + text(report.command()) + "</code></p>");
    if (!report.flags().isEmpty()) {
      add("<p class=\"facts\">JVM flags: <code>" + text(String.join(" ", report.flags())) + "</code></p>");
    }
    add("<p>Every benchmark ran in a process of its own, all of them once in each round, so that a machine that drifts is unfair to nobody."
        + " <b>Times ours</b> is the geometric mean over the rounds of how many times our time the other took, with the interval that holds the true"
        + " ratio with a probability of 95&nbsp;%: above 1, ours is faster. Bars go by powers of ten, to the right where ours is faster; those of floors are grey. Floors do only"
        + " what cannot be left out; rivals are what one would use instead. Every value that was read or written was compared with what it must be.</p>");
  }

  private void goals() {
    List<Goal.Judged> judged = Goal.judge(report);
    if (judged.isEmpty()) {
      return;
    }
    add("<section class=\"card\"><h3>What it is to reach, and what it reached</h3><table>");
    for (Goal.Judged each : judged) {
      String outcome = switch (each.outcome()) {
        case REACHED -> "<span class=\"reached\">✓ reached</span>";
        case CANNOT_TELL -> "<span class=\"open\">? the interval holds it</span>";
        case MISSED -> "<span class=\"missed\">✗ missed</span>";
      };
      add("<tr><td>" + text(each.goal().what()) + "</td><td class=\"n\">" + text(each.measured()) + "</td><td>"
          + outcome
          + "</td></tr>");
    }
    add("</table></section>");
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
    add("<th colspan=\"2\">times ours</th></tr>");
    String group = "";
    for (Report.Result result : results.stream()
        .sorted(Comparator.comparing(Report.Result::sizeOrder).thenComparingInt(Pages::kind)
            .thenComparing(Report.Result::name))
        .toList()) {
      row(result, isSampled, !result.sizeOrder().equals(group));
      group = result.sizeOrder();
    }
    add("</table>");
  }

  private static String rounds(List<Report.Result> results) {
    int rounds = results.stream().mapToInt(result -> result.rounds().size()).max().orElse(0);
    return rounds == 1 ? "1 round" : rounds + " rounds";
  }

  /** Ours first. */
  private static int kind(Report.Result result) {
    return result.name().startsWith("packice") ? 0 : result.name().startsWith("floor") ? 1 : 2;
  }

  private void row(Report.Result result, boolean isSampled, boolean isFirst) {
    String kind = List.of("packice", "floor", "rival").get(kind(result));
    add("<tr class=\"" + kind + (isFirst ? " first" : "") + "\"><td>" + text(result.name()) + "</td><td>"
        + text(result.paramsText()) + "</td><td class=\"n\">" + Units.figure(result.median()) + " "
        + text(result.unit()) + "</td>");
    if (isSampled) {
      SHOWN.forEach(percent -> add("<td class=\"n\">" + (result.percentiles().containsKey(percent)
          ? Units.figure(result.percentiles().getOrDefault(percent, Double.NaN))
          : "") + "</td>"));
    }
    Ratio ratio = result.ratio();
    boolean isWorse = kind.equals("rival") && ratio != null && ratio.high() < 1;
    add("<td>" + (ratio == null ? "" : RatioBar.svg(ratio, kind.equals("rival"))) + "</td><td"
        + (isWorse ? " class=\"worse\"" : "") + ">"
        + text(Summary.ratios(result)) + "</td></tr>");
  }

  private void add(String part) {
    html.append(part).append('\n');
  }

  private static String text(String raw) {
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
