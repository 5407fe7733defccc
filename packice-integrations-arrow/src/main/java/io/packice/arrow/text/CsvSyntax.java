package io.packice.arrow.text;

import java.nio.charset.Charset;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a CSV file is written. Nobody changes one that {@link #with} has given. */
final class CsvSyntax {
  /** For {@link #quote}, where quotes are text: no file has this. */
  static final char NO_QUOTE = '\0';

  private static final int MAX_COLUMNS = 1 << 17;

  /** What is between fields; found out if null. */
  @Nullable Character separator;
  char quote = '"';
  /** What lines begin with that are no rows; none do if null. */
  @Nullable Character comment;
  /** By the file's byte order mark if null, else UTF-8. */
  @Nullable Charset encoding;
  /** How many lines there are before what counts. */
  int skippedLines;
  /** Whether the first row names the columns. */
  boolean header = true;
  /** Of fractions. */
  char decimal = '.';
  int maxColumns = MAX_COLUMNS;
  int maxCell = TextLimits.MAX_CELL;

  /** A changed copy. */
  CsvSyntax with(Consumer<CsvSyntax> change) {
    CsvSyntax copy = new CsvSyntax();
    copy.separator = separator;
    copy.quote = quote;
    copy.comment = comment;
    copy.encoding = encoding;
    copy.skippedLines = skippedLines;
    copy.header = header;
    copy.decimal = decimal;
    copy.maxColumns = maxColumns;
    copy.maxCell = maxCell;
    change.accept(copy);
    copy.requireSense();
    return copy;
  }

  private void requireSense() {
    List<Character> special = Stream.of(separator, (Character) quote, comment).filter(Objects::nonNull).toList();
    Set<Character> different = new HashSet<>(special);
    if (different.size() < special.size() || different.contains('\n') || different.contains('\r')
        || (separator != null && separator == decimal)) {
      throw new IllegalArgumentException("Cannot read CSV with " + (separator == null ? "" : separator + " ")
          + "between fields, " + (quote == NO_QUOTE ? "no" : quote) + " for quotes, "
          + (comment == null ? "no" : comment) + " before comments and " + decimal
          + " in fractions; they must differ, and be no line ends");
    }
  }
}
