package io.packice.arrow.text;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds out what is between the fields of a CSV file: that of comma, tab, semicolon and bar by which most rows have as many fields as the first. */
final class Sniffer {
  private static final int HEAD_CHARS = 1 << 16;
  private static final int ROWS = 100;
  private static final String CANDIDATES = ",\t;|"; // of two that do as well, the first

  private Sniffer() {
  }

  /** The syntax with a separator; reads nothing of the file that is not read again. */
  static CsvSyntax complete(CsvSyntax syntax, String source, TextReader text) throws IOException {
    if (syntax.separator != null) {
      return syntax;
    }
    String name = source.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    boolean tabs = name.endsWith(".tsv") || name.endsWith(".tab");
    char found = tabs ? '\t' : find(syntax, source, text.peek(HEAD_CHARS));
    return syntax.with(s -> s.separator = found);
  }

  private static char find(CsvSyntax syntax, String source, String head) {
    char best = syntax.decimal == ',' ? ';' : ',';
    double most = 0;
    for (int i = 0; i < CANDIDATES.length(); i++) {
      char candidate = CANDIDATES.charAt(i);
      boolean isTaken = candidate == syntax.decimal || candidate == syntax.quote
          || (syntax.comment != null && candidate == syntax.comment);
      double share = isTaken ? 0 : share(counts(syntax.with(s -> s.separator = candidate), source, head));
      if (share > most) {
        most = share;
        best = candidate;
      }
    }
    return best;
  }

  /** How many rows have the first one's number of fields; 0 if that is 1. */
  private static double share(List<Integer> counts) {
    return counts.isEmpty() || counts.getFirst() < 2
        ? 0
        : (double) counts.stream().filter(count -> count.equals(counts.getFirst())).count() / counts.size();
  }

  /** Of fields, in the first rows. */
  private static List<Integer> counts(CsvSyntax syntax, String source, String head) {
    List<Integer> counts = new ArrayList<>();
    try (CsvReader<CsvFile.Row> rows = CsvFile.builder(syntax).build(new CsvRows(source, syntax), head)) {
      if (syntax.skippedLines > 0) {
        rows.skipLines(syntax.skippedLines);
      }
      for (CsvFile.Row row : rows) {
        if (counts.size() == ROWS) {
          return counts;
        }
        if (!row.values().isEmpty()) {
          counts.add(row.values().size());
        }
      }
    } catch (CsvParseException | IOException | UncheckedIOException _) {
      return counts; // what is wrong there is said when it is read
    }
    if (counts.size() > 1 && head.length() >= HEAD_CHARS) {
      counts.removeLast(); // which may be cut short
    }
    return counts;
  }
}
