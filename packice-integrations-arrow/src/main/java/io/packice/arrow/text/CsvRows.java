package io.packice.arrow.text;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import io.packice.arrow.imports.ImportException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Makes rows of the fields that are found in a CSV file. For one thread. */
final class CsvRows extends AbstractBaseCsvCallbackHandler<CsvFile.Row> {
  private final String source;
  private final CsvSyntax syntax;
  private String[] fields = new String[16];
  private int count;
  private long line;

  /** {@code source} is for messages. */
  CsvRows(String source, CsvSyntax syntax) {
    this.source = source;
    this.syntax = syntax;
  }

  /** Where the row begins that is being read. */
  long line() {
    return line;
  }

  @Override
  protected void handleBegin(long startingLine) {
    line = startingLine;
    count = 0;
  }

  @Override
  protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
    if (index == syntax.maxColumns) {
      throw refuse("line " + line + " has more than " + index + " fields; raise the limit (--max-columns)");
    }
    if (length > syntax.maxCell) {
      throw refuse(tooLong());
    }
    if (index == fields.length) {
      fields = Arrays.copyOf(fields, 2 * index);
    }
    fields[index] = new String(buffer, offset, length);
    count = index + 1;
  }

  /** What to say of a field that is longer than it may be. */
  String tooLong() {
    return "the row of line " + line + " has a field of more than " + syntax.maxCell
        + " characters; close its quotes if they are open, or raise the limit (--max-cell)";
  }

  private UncheckedIOException refuse(String why) {
    return new UncheckedIOException(new ImportException("Cannot import " + source + ": " + why));
  }

  /** Without fields if the line is empty. */
  @Override
  protected CsvFile.Row buildRecord() {
    return new CsvFile.Row(line, Arrays.asList(Arrays.copyOf(fields, count)));
  }
}
