package io.packice.arrow.text;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A CSV file as it is read: the names of its columns, then its rows. For one thread; whoever opened it closes it. */
final class CsvFile implements AutoCloseable {
  private static final int BUFFER_CHARS = 1 << 14; // at first, and what the library wants to hold besides a field

  private final String source;
  private final CsvSyntax syntax;
  private final CsvRows rows;
  private final CsvReader<Row> reader;
  private final Iterator<Row> records;
  private final Row first;
  private final List<String> names;
  private boolean firstIsNext;

  private CsvFile(String source, CsvSyntax syntax, TextReader text) throws IOException {
    this.source = source;
    this.syntax = syntax;
    this.rows = new CsvRows(source, syntax);
    this.reader = builder(syntax).build(rows, text);
    skipLines();
    this.records = reader.iterator();
    this.first = first();
    this.names = syntax.header ? header() : numbered();
    this.firstIsNext = !syntax.header;
  }

  /** One row, and the line that it begins in. */
  record Row(long line, List<String> values) {
  }

  /** How numbers are written in which file. */
  record Reading(String source, char decimal) {
    /** A number with a point, as text has it. What has a point already is none then. */
    String number(String value) {
      if (decimal == '.') {
        return value;
      }
      return value.indexOf('.') >= 0 ? "" : value.replace(decimal, '.');
    }
  }

  static CsvFile open(ImportSource source, CsvSyntax syntax, LongConsumer read) throws IOException {
    TextReader text = TextReader.open(source, "CSV", syntax.encoding, read);
    try {
      return new CsvFile(source.name(), Sniffer.complete(syntax, source.name(), text), text);
    } catch (Throwable failure) {
      text.close();
      throw failure;
    }
  }

  static CsvReader.CsvReaderBuilder builder(CsvSyntax syntax) {
    CsvReader.CsvReaderBuilder builder = CsvReader.builder()
        .fieldSeparator(syntax.separator == null ? ',' : syntax.separator)
        .quoteCharacter(syntax.quote)
        .skipEmptyLines(false)
        .allowUnclosedQuote(false)
        .maxBufferSize(bufferFor(syntax.maxCell))
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE) // told apart below, with the line's number
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE);
    return syntax.comment == null
        ? builder
        : builder.commentStrategy(CommentStrategy.SKIP).commentCharacter(syntax.comment);
  }

  /** Doubling ends at it exactly: the library reads beyond the end of a buffer of another size. */
  private static int bufferFor(int cell) {
    return Integer.highestOneBit(cell + BUFFER_CHARS - 1) << 1;
  }

  List<String> names() {
    return names;
  }

  private void skipLines() throws IOException {
    if (syntax.skippedLines > 0) {
      try {
        reader.skipLines(syntax.skippedLines);
      } catch (CsvParseException e) {
        throw new ImportException("Cannot import " + source + ": it has fewer than the " + syntax.skippedLines
            + " lines to leave out (--skip-lines); leave out fewer", e);
      } catch (UncheckedIOException e) {
        throw explain(e);
      }
    }
  }

  private Row first() throws IOException {
    Row row = record();
    if (row == null || row.values().isEmpty() || row.values().equals(List.of(""))) {
      throw new ImportException("Cannot import " + source + ": its first line is empty; it must "
          + (syntax.header ? "name the columns" : "have values in it") + ", behind what is left out (--skip-lines)");
    }
    requireText(row);
    return row;
  }

  private List<String> header() throws ImportException {
    List<String> header = first.values();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).isBlank() || !seen.add(header.get(i))) {
        throw new ImportException("Cannot import " + source + ": column " + (i + 1) + " "
            + (header.get(i).isBlank() ? "has no name" : "is another \"" + header.get(i) + "\"")
            + "; " + firstLine() + " must name the columns (or say --no-header)");
      }
    }
    return header;
  }

  /** c1, c2, … */
  private List<String> numbered() {
    return IntStream.rangeClosed(1, first.values().size()).mapToObj(i -> "c" + i).toList();
  }

  private String firstLine() {
    return first.line() == 1 ? "the first line" : "line " + first.line();
  }

  /** The next row; null after the last. */
  @Nullable
  Row next() throws IOException {
    if (firstIsNext) {
      firstIsNext = false;
      return first;
    }
    for (Row row = record(); row != null; row = record()) {
      boolean blank = row.values().isEmpty();
      if (blank && names.size() > 1) {
        continue; // an empty line is no row, except where a row is one field
      }
      if (blank) {
        return new Row(row.line(), List.of(""));
      }
      if (row.values().size() != names.size()) {
        throw new ImportException("Cannot import " + source + ": line " + row.line() + " has " + row.values().size()
            + " fields, " + firstLine() + " " + names.size()
            + "; correct it, or say what is between fields (--separator)");
      }
      requireText(row);
      return row;
    }
    return null;
  }

  private void requireText(Row row) throws ImportException {
    for (String value : row.values()) {
      if (value.indexOf('\0') >= 0) {
        throw new ImportException("Cannot import " + source + ": not CSV, it has a zero byte in line " + row.line()
            + "; get it anew, or say which encoding it has (--encoding)");
      }
    }
  }

  private @Nullable Row record() throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException | UncheckedIOException e) {
      throw explain(e);
    }
  }

  /** Of what the library throws, in our words. */
  private IOException explain(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException ours) {
        return ours;
      }
    }
    String message = String.valueOf(deepest(failure).getMessage());
    return new ImportException("Cannot import " + source + ": " + (message.startsWith("The maximum buffer size")
        ? rows.tooLong()
        : "the row of line " + rows.line() + wrongQuote(message)
            + "; write a quote within quotes twice, or say what quotes are (--quote none: they are text)"),
        failure);
  }

  private static String wrongQuote(String message) {
    if (message.startsWith("Unclosed")) {
      return " has a quote that is not closed";
    }
    return message.startsWith("Unexpected character") ? " has something behind a closing quote" : " is no CSV";
  }

  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
