package io.packice.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Two runs beside each other. */
public final class Comparison {
  private final List<Row> rows;
  private final List<String> notes;

  private Comparison(List<Row> rows, List<String> notes) {
    this.rows = rows;
    this.notes = notes;
  }

  /** Which lines are of interest. */
  public enum Show {
    /** What clearly differs. */
    MOVED,
    /** Everything. */
    ALL
  }

  private record Row(String name, String unit, double before, double after, Ratio ratio, boolean hasInterval) {
    boolean moved() {
      return hasInterval && ratio.isClear();
    }

    String verdict() {
      if (!hasInterval) {
        return "one round only: no interval";
      }
      return ratio.low() > 1 ? "slower" : ratio.high() < 1 ? "faster" : "no difference that could be told";
    }
  }

  /**
   * Compares.
   *
   * @param before the one
   * @param after the other
   * @return what moved
   */
  public static Comparison of(Report before, Report after) {
    Map<String, Report.Result> old = new LinkedHashMap<>();
    before.results().forEach(result -> old.put(result.key(), result));
    List<Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    differences(before.host(), after.host()).forEach(notes::add);
    for (Report.Result result : after.results()) {
      Report.Result was = old.remove(result.key());
      if (was == null) {
        notes.add("Only in the second: " + result.key());
      } else if (!was.unit().equals(result.unit())) {
        notes.add("Not comparable: " + result.key() + " is in " + was.unit() + " and in " + result.unit());
      } else {
        Ratio ratio = Ratio.between(result.rounds(), was.rounds());
        rows.add(new Row(result.key(), result.unit(), was.median(), result.median(),
            result.isRate() ? ratio.inverse() : ratio, was.rounds().size() > 1 && result.rounds().size() > 1));
      }
    }
    old.keySet().forEach(key -> notes.add("Only in the first: " + key));
    return new Comparison(rows, notes);
  }

  private static Stream<String> differences(Report.Host before, Report.Host after) {
    return Stream
        .of(difference("processor", before.cpu() + ", " + before.cores() + " cores",
            after.cpu() + ", " + after.cores() + " cores"), difference("kernel", before.kernel(), after.kernel()),
            difference("JDK", before.jdk(), after.jdk()),
            difference("commit", Objects.requireNonNullElse(before.commit(), "unknown"),
                Objects.requireNonNullElse(after.commit(), "unknown")))
        .filter(line -> !line.isEmpty());
  }

  private static String difference(String what, String before, String after) {
    return before.equals(after) ? "" : "Another " + what + ": " + before + ", then " + after;
  }

  /**
   * For people.
   *
   * @param show which results
   * @return lines without their ends
   */
  public List<String> lines(Show show) {
    List<String> lines = new ArrayList<>(notes);
    List<Row> shown = rows.stream().filter(row -> show == Show.ALL || row.moved()).toList();
    int width = shown.stream().mapToInt(row -> row.name.length()).max().orElse(0);
    for (Row row : shown) {
      lines.add(String.format(Locale.ROOT, "%-" + width + "s  %10s -> %10s %-7s times %-26s %s", row.name,
          Units.figure(row.before), Units.figure(row.after), row.unit, Units.ratio(row.ratio), row.verdict()));
    }
    long moved = rows.stream().filter(Row::moved).count();
    lines.add(moved + " of " + rows.size() + " moved");
    return lines;
  }
}
