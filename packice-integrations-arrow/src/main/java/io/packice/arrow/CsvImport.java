package io.packice.arrow;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Imports a CSV file (RFC 4180, UTF-8) whose first line names the columns. The file is read twice: first to find for each column the narrowest type
 * that fits all its values, then to store them; so no value is lost to a wrong guess. Types are int64, float64, bool, date, timestamp and text;
 * an empty field is null, whatever the type, and a column without any value is text.
 */
public final class CsvImport {
  private static final int BATCH_ROWS = 1 << 16;
  private static final long BATCH_TEXT_CHARS = 1L << 26; // a text column has 31-bit offsets, and a char up to 3 bytes
  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Path file;
  private final char separator;
  private final TableOptions options;
  private final Progress progress;

  private CsvImport(Path file, char separator, TableOptions options, Progress progress) {
    this.file = file;
    this.separator = separator;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Imports a file whose fields have commas between them.
   *
   * @param file the file
   * @return an import to be run
   */
  public static CsvImport of(Path file) {
    return new CsvImport(file, ',', TableOptions.defaults(), Progress.NONE);
  }

  /**
   * With another character between fields.
   *
   * @param newSeparator such as a semicolon or a tab
   * @return a changed copy
   */
  public CsvImport withSeparator(char newSeparator) {
    return new CsvImport(file, newSeparator, options, progress);
  }

  /**
   * With other options for the table.
   *
   * @param newOptions the options
   * @return a changed copy
   */
  public CsvImport withOptions(TableOptions newOptions) {
    return new CsvImport(file, separator, newOptions, progress);
  }

  /**
   * With somebody who hears how far it has come.
   *
   * @param newProgress is told bytes of the file, each counted twice
   * @return a changed copy
   */
  public CsvImport withProgress(Progress newProgress) {
    return new CsvImport(file, separator, options, newProgress);
  }

  /**
   * Reads the file and publishes the table.
   *
   * @param tables where
   * @param name the table's name
   * @return what was published
   * @throws ImportException if the file is not CSV in UTF-8, a column has no name or another's, a line has more or fewer fields than the first,
   *     or the file changes while it is read; no table was made
   * @throws IOException if the file cannot be read; no table was made
   * @throws io.packice.core.AlreadyExistsException if the name is taken, and the options do not say to replace
   * @throws io.packice.core.CapacityExceededException if the table does not fit; the message states the numbers
   */
  public TableSummary into(ArrowTables tables, String name) throws IOException {
    ProgressSum sum = new ProgressSum(progress, Math.multiplyExact(2, Files.size(file)));
    Inference inference = new Inference();
    read(sum, inference);
    Schema schema = inference.schema();
    try (RootAllocator allocator = new RootAllocator();
        TableWriter writer = tables.create(name, schema, options);
        Storage storage = new Storage(inference, VectorSchemaRoot.create(schema, allocator), writer)) {
      read(sum, storage);
      storage.finish();
      TableSummary summary = writer.commit();
      sum.finish();
      return summary;
    }
  }

  /** What to do with the file as it is read. */
  private interface Visitor {
    void header(List<String> names) throws IOException;

    void row(long line, List<String> values) throws IOException;
  }

  private void read(ProgressSum sum, Visitor visitor) throws IOException {
    try (InputStream in =
        new BufferedInputStream(new ProgressStream(Files.newInputStream(file), sum::add), BUFFER_BYTES)) {
      skipByteOrderMark(in);
      InputStreamReader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT));
      try (CsvReader<CsvRecord> reader = CsvReader.builder()
          .fieldSeparator(separator)
          .skipEmptyLines(false)
          .allowUnclosedQuote(false)
          .missingFieldStrategy(FieldMismatchStrategy.IGNORE) // told apart below, with the line's number
          .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
          .ofCsvRecord(text)) {
        visit(reader.iterator(), visitor);
      }
    } catch (CharacterCodingException e) {
      throw notText(e);
    } catch (CsvParseException | UncheckedIOException e) {
      throw explain(e);
    }
  }

  private static void skipByteOrderMark(InputStream in) throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.reset();
    }
  }

  private IOException explain(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharacterCodingException) {
        return notText(cause);
      }
      if (cause instanceof ImportException known) {
        return known;
      }
    }
    return new ImportException("Cannot import " + file + ": " + failure.getMessage(), failure);
  }

  private ImportException notText(Throwable cause) {
    return new ImportException("Cannot import " + file + ": not CSV, it has bytes that are no UTF-8 text", cause);
  }

  private void visit(Iterator<CsvRecord> records, Visitor visitor) throws IOException {
    List<String> header = records.hasNext() ? records.next().getFields() : List.of("");
    if (header.equals(List.of(""))) {
      throw new ImportException("Cannot import " + file + ": its first line is empty; it must name the columns");
    }
    requireText(1, header);
    visitor.header(header);
    while (records.hasNext()) {
      CsvRecord row = records.next();
      List<String> values = row.getFields();
      boolean blank = values.size() == 1 && values.getFirst().isEmpty();
      if (blank && header.size() > 1) {
        continue; // an empty line is no row, except where a row is one field
      }
      if (values.size() != header.size()) {
        throw new ImportException("Cannot import " + file + ": line " + row.getStartingLineNumber() + " has "
            + values.size() + " fields, the first line " + header.size());
      }
      requireText(row.getStartingLineNumber(), values);
      visitor.row(row.getStartingLineNumber(), values);
    }
  }

  private void requireText(long line, List<String> values) throws IOException {
    for (String value : values) {
      if (value.indexOf('\0') >= 0) {
        throw new ImportException("Cannot import " + file + ": not CSV, it has a zero byte in line " + line);
      }
    }
  }

  /** The first pass: which types each column can still have. */
  private final class Inference implements Visitor {
    private List<String> names = List.of();
    private List<EnumSet<CsvType>> candidates = List.of();
    private boolean[] filled = {};

    @Override
    public void header(List<String> header) throws IOException {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < header.size(); i++) {
        if (header.get(i).isBlank() || !seen.add(header.get(i))) {
          throw new ImportException("Cannot import " + file + ": column " + (i + 1) + " "
              + (header.get(i).isBlank() ? "has no name" : "is another \"" + header.get(i) + "\"")
              + "; the first line must name the columns");
        }
      }
      names = header;
      candidates = new ArrayList<>();
      header.forEach(_ -> candidates.add(EnumSet.allOf(CsvType.class)));
      filled = new boolean[header.size()];
    }

    @Override
    public void row(long line, List<String> values) {
      for (int i = 0; i < values.size(); i++) {
        String value = values.get(i);
        if (!value.isEmpty()) {
          filled[i] = true;
          if (candidates.get(i).size() > 1) {
            candidates.get(i).removeIf(type -> !type.accepts(value));
          }
        }
      }
    }

    CsvType type(int column) {
      return filled[column] ? candidates.get(column).iterator().next() : CsvType.TEXT;
    }

    Schema schema() {
      List<Field> fields = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        fields.add(new Field(names.get(i), FieldType.nullable(type(i).arrow()), null));
      }
      return new Schema(fields);
    }
  }

  /** The second pass: stores the values, batch by batch. */
  private final class Storage implements Visitor, AutoCloseable {
    private final Inference inference;
    private final VectorSchemaRoot root;
    private final TableWriter writer;
    private int rows;
    private long chars;

    Storage(Inference inference, VectorSchemaRoot root, TableWriter writer) {
      this.inference = inference;
      this.root = root;
      this.writer = writer;
    }

    @Override
    public void header(List<String> header) throws IOException {
      if (!header.equals(inference.names)) {
        throw changed(1);
      }
    }

    private ImportException changed(long line) {
      return new ImportException("Cannot import " + file + ": line " + line + " changed while it was read; try again");
    }

    @Override
    public void row(long line, List<String> values) throws IOException {
      for (int i = 0; i < values.size(); i++) {
        String value = values.get(i);
        if (value.isEmpty()) {
          root.getVector(i).setNull(rows);
          continue;
        }
        try {
          inference.type(i).store(root.getVector(i), rows, value);
        } catch (IllegalArgumentException | DateTimeException e) {
          throw changed(line);
        }
        chars += value.length();
      }
      rows++;
      if (rows == BATCH_ROWS || chars >= BATCH_TEXT_CHARS) {
        finish();
      }
    }

    /** Writes the rows gathered so far. */
    void finish() {
      if (rows > 0) {
        root.setRowCount(rows);
        writer.write(root);
        root.clear();
        rows = 0;
        chars = 0;
      }
    }

    @Override
    public void close() {
      root.close();
    }
  }
}
