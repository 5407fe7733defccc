package io.packice.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rows under headings in columns as wide as they need to be, two spaces apart. A heading that starts with {@code >} aligns right. */
public final class TextTable {
  private final List<String> headings = new ArrayList<>();
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param headings of the columns
   */
  public TextTable(String... headings) {
    for (String heading : headings) {
      boolean alignRight = heading.startsWith(">");
      this.right.add(alignRight);
      this.headings.add(alignRight ? heading.substring(1) : heading);
    }
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column
   * @return this table
   */
  public TextTable row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + headings.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  /**
   * Prints headings and rows.
   *
   * @param console what the command talks to
   * @throws IOException if that cannot be read or written
   */
  public void printTo(Console console) throws IOException {
    int[] widths = new int[headings.size()];
    widen(widths, headings);
    rows.forEach(row -> widen(widths, row));
    console.line(format(headings, widths));
    for (List<String> row : rows) {
      console.line(format(row, widths));
    }
  }

  private static void widen(int[] widths, List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], width(cells.get(i)));
    }
  }

  private String format(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - width(cells.get(i)));
      line.append(i == 0 ? "" : "  ").append(right.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
