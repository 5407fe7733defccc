package io.packice.arrow.text;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.packice.arrow.ImportException;
import io.packice.arrow.ImportSource;
import io.packice.arrow.ImportStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** A CSV file as it is read: the names in its first line, then its rows. For one thread; whoever opened it closes it. */
final class CsvFile implements AutoCloseable {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final String name;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final List<String> names;

  private CsvFile(String name, CsvReader<CsvRecord> reader) throws IOException {
    this.name = name;
    this.reader = reader;
    this.records = reader.iterator();
    this.names = header();
  }

  /** One row, and the line that it begins in. */
  record Row(long line, List<String> values) {
  }

  static CsvFile open(ImportSource source, char separator, LongConsumer read) throws IOException {
    InputStream in;
    try {
      in = withoutMark(ImportStream.open(source, read));
    } catch (EOFException | ZipException damage) {
      throw damaged(source.name(), damage);
    }
    try {
      InputStreamReader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT));
      return new CsvFile(source.name(), CsvReader.builder()
          .fieldSeparator(separator)
          .skipEmptyLines(false)
          .allowUnclosedQuote(false)
          .missingFieldStrategy(FieldMismatchStrategy.IGNORE) // told apart below, with the line's number
          .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
          .ofCsvRecord(text));
    } catch (Throwable failure) {
      in.close();
      throw failure;
    }
  }

  private static InputStream withoutMark(InputStream in) throws IOException {
    try {
      PushbackInputStream peeked = new PushbackInputStream(in, BYTE_ORDER_MARK.length);
      byte[] first = peeked.readNBytes(BYTE_ORDER_MARK.length);
      if (!Arrays.equals(first, BYTE_ORDER_MARK)) {
        peeked.unread(first);
      }
      return peeked;
    } catch (Throwable failure) {
      in.close();
      throw failure;
    }
  }

  List<String> names() {
    return names;
  }

  private List<String> header() throws IOException {
    CsvRecord first = record();
    List<String> header = first == null ? List.of("") : first.getFields();
    if (header.equals(List.of(""))) {
      throw new ImportException("Cannot import " + name + ": its first line is empty; it must name the columns");
    }
    requireText(1, header);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).isBlank() || !seen.add(header.get(i))) {
        throw new ImportException("Cannot import " + name + ": column " + (i + 1) + " "
            + (header.get(i).isBlank() ? "has no name" : "is another \"" + header.get(i) + "\"")
            + "; the first line must name the columns");
      }
    }
    return header;
  }

  /** The next row; null after the last. */
  @Nullable
  Row next() throws IOException {
    for (CsvRecord record = record(); record != null; record = record()) {
      List<String> values = record.getFields();
      boolean blank = values.size() == 1 && values.getFirst().isEmpty();
      if (blank && names.size() > 1) {
        continue; // an empty line is no row, except where a row is one field
      }
      long line = record.getStartingLineNumber();
      if (values.size() != names.size()) {
        throw new ImportException("Cannot import " + name + ": line " + line + " has " + values.size()
            + " fields, the first line " + names.size() + "; correct it");
      }
      requireText(line, values);
      return new Row(line, values);
    }
    return null;
  }

  private void requireText(long line, List<String> values) throws IOException {
    for (String value : values) {
      if (value.indexOf('\0') >= 0) {
        throw new ImportException("Cannot import " + name + ": not CSV, it has a zero byte in line " + line);
      }
    }
  }

  private @Nullable CsvRecord record() throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (CsvParseException | UncheckedIOException e) {
      throw explain(e);
    }
  }

  private IOException explain(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CharacterCodingException e -> {
          return new ImportException("Cannot import " + name + ": not CSV, it has bytes that are no UTF-8 text", e);
        }
        case EOFException e -> {
          return damaged(name, e);
        }
        case ZipException e -> {
          return damaged(name, e);
        }
        default -> {
        }
      }
    }
    return new ImportException("Cannot import " + name + ": " + failure.getMessage(), failure);
  }

  static ImportException damaged(String name, IOException why) {
    return new ImportException(
        "Cannot import " + name + ": its gzip data is cut short or damaged; get the file anew", why);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
