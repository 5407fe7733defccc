package io.packice.arrow.text;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ExportFormat;
import io.packice.arrow.Progress;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.ImportPlan;
import io.packice.arrow.imports.ImportReader;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportWork;
import io.packice.arrow.schema.ColumnNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * CSV (RFC 4180, gzipped or not): a line that names the columns, then the rows. What people write otherwise can be said: what is between fields is found out
 * among comma, tab, semicolon and bar, files called {@code .tsv} have tabs, and the encoding is UTF-8, or what the file's byte order mark says.
 *
 * <p>Imports read each file twice: first to find for each column the narrowest type that fits all its values in all files, then to store them; so no
 * value is lost to a wrong guess. Types are int64, float64, bool, date, timestamp and text. An empty field is null, whatever the type; {@code NA},
 * {@code N/A}, {@code NULL}, {@code None}, {@code \N} and the like are null where all other values are of another type than text. A column without any
 * value is text. Rows that are appended to a table have its types, and are read once.
 *
 * <p>Exports write UTF-8, nulls as empty fields, bytes as hexadecimal digits, and nested values as JSON; of what else can be said they heed what is
 * between fields and what quotes are.
 */
public final class CsvFormat implements ImportFormat, ExportFormat {
  private final CsvSyntax syntax;
  private final CsvValues values;

  private CsvFormat(CsvSyntax syntax, CsvValues values) {
    this.syntax = syntax;
    this.values = values;
  }

  /**
   * As most files are.
   *
   * @return the format
   */
  public static CsvFormat standard() {
    return new CsvFormat(new CsvSyntax(), CsvValues.DEFAULT);
  }

  private CsvFormat with(Consumer<CsvSyntax> change) {
    return new CsvFormat(syntax.with(change), values);
  }

  /**
   * With a character between fields, which is not found out then.
   *
   * @param newSeparator such as a semicolon or a tab
   * @return a changed copy
   * @throws IllegalArgumentException if it has another meaning
   */
  public CsvFormat withSeparator(char newSeparator) {
    return with(s -> s.separator = newSeparator);
  }

  /**
   * With another character around fields that have separators, line ends or quotes in them.
   *
   * @param newQuote such as an apostrophe
   * @return a changed copy
   * @throws IllegalArgumentException if it has another meaning
   */
  public CsvFormat withQuote(char newQuote) {
    return with(s -> s.quote = newQuote);
  }

  /**
   * With quotes that are text like any other.
   *
   * @return a changed copy
   */
  public CsvFormat withoutQuotes() {
    return with(s -> s.quote = CsvSyntax.NO_QUOTE);
  }

  /**
   * With lines that are no rows.
   *
   * @param newComment what they begin with
   * @return a changed copy
   * @throws IllegalArgumentException if it has another meaning
   */
  public CsvFormat withComment(char newComment) {
    return with(s -> s.comment = newComment);
  }

  /**
   * In another encoding. What is no text in it is an error, never replaced.
   *
   * @param newEncoding such as windows-1252
   * @return a changed copy
   */
  public CsvFormat withEncoding(Charset newEncoding) {
    return with(s -> s.encoding = newEncoding);
  }

  /**
   * Without what stands before the names of the columns.
   *
   * @param newLines how many lines are left out, 0 or more
   * @return a changed copy
   * @throws IllegalArgumentException if it is negative
   */
  public CsvFormat withSkippedLines(int newLines) {
    if (newLines < 0) {
      throw new IllegalArgumentException("Cannot leave out " + newLines + " lines; give 0 or more");
    }
    return with(s -> s.skippedLines = newLines);
  }

  /**
   * Without a line that names the columns: they are called c1, c2 and so on, or, where rows are appended to a table, as its columns are.
   *
   * @return a changed copy
   */
  public CsvFormat withoutHeader() {
    return with(s -> s.header = false);
  }

  /**
   * With another character before the fraction of a number.
   *
   * @param newDecimal such as a comma
   * @return a changed copy
   * @throws IllegalArgumentException if it has another meaning
   */
  public CsvFormat withDecimal(char newDecimal) {
    return with(s -> s.decimal = newDecimal);
  }

  /**
   * With another limit for how many columns a file may have before it counts as damaged.
   *
   * @param newMaxColumns how many, 131,072 unless said
   * @return a changed copy
   * @throws IllegalArgumentException if there are none
   */
  public CsvFormat withMaxColumns(int newMaxColumns) {
    if (newMaxColumns < 1) {
      throw new IllegalArgumentException("Cannot read up to " + newMaxColumns + " columns; give 1 or more");
    }
    return with(s -> s.maxColumns = newMaxColumns);
  }

  /**
   * With another limit for how long a field may be before the file counts as damaged.
   *
   * @param characters how many, 64,000,000 unless said
   * @return a changed copy
   * @throws IllegalArgumentException if there are none, or such a field could not be kept
   */
  public CsvFormat withMaxCell(int characters) {
    return with(s -> s.maxCell = TextLimits.requireMaxCell(characters));
  }

  /**
   * With values that are null, in all columns, of text too, and no others: an empty field of text is an empty text then, unless it is named.
   *
   * @param newNulls such as {@code NA}
   * @return a changed copy
   */
  public CsvFormat withNulls(Set<String> newNulls) {
    return new CsvFormat(syntax, new CsvValues(newNulls, values.types()));
  }

  /**
   * With columns whose types are not found out. Their values may say more than the type keeps, as long as they are such: {@code 007} is the number 7, and
   * digits are rounded.
   *
   * @param newTypes names of columns, and their types: numbers, booleans, text, bytes, dates, times, timestamps, durations or intervals
   * @return a changed copy
   * @throws IllegalArgumentException if a type has no form in CSV
   */
  public CsvFormat withTypes(Map<String, ArrowType> newTypes) {
    GivenTypes.requireSupported(newTypes, "CSV");
    return new CsvFormat(syntax, new CsvValues(values.nulls(), newTypes));
  }

  @Override
  public int passes(ImportWork work) {
    return work.columns() == null ? 2 : 1;
  }

  @Override
  public ImportPlan plan(List<ImportSource> files, ImportWork work) throws IOException {
    Schema given = work.columns();
    List<Inference> found = work.onEach(files,
        file -> given == null ? infer(file, work::read) : new Inference(file.name(), names(file)));
    Inference all = found.getFirst();
    for (int i = 0; i < files.size(); i++) {
      if (!found.get(i).names.equals(all.names)) {
        throw new ImportException("Cannot import " + files.get(i).name() + " together with " + files.getFirst().name()
            + (syntax.header
                ? ": its first line names " + found.get(i).names + ", the other's " + all.names
                : ": its first line has " + found.get(i).names.size() + " fields, the other's " + all.names.size())
            + "; make two tables");
      }
      if (i > 0) {
        all.add(found.get(i));
      }
    }
    if (given == null) {
      GivenTypes.requireKnown(values.types(), new HashSet<>(all.names), files.getFirst().name());
      return new Plan(files, all.names, all.schema(), all.notes(), all.rows, all.textBytes());
    }
    GivenTypes.requireSame(values.types(), given, files.getFirst().name());
    return new Plan(files, all.names, syntax.header
        ? given(given, all.names, files.getFirst().name())
        : given(given, inOrder(given, all.names, files.getFirst().name()), files.getFirst().name()), List.of(), 0, 0);
  }

  private List<String> names(ImportSource file) throws IOException {
    try (CsvFile csv = CsvFile.open(file, syntax, _ -> {
    })) {
      return csv.names();
    }
  }

  private Inference infer(ImportSource file, LongConsumer read) throws IOException {
    try (CsvFile csv = CsvFile.open(file, syntax, read)) {
      Inference inference = new Inference(file.name(), csv.names());
      for (CsvFile.Row row = csv.next(); row != null; row = csv.next()) {
        inference.look(row);
      }
      return inference;
    }
  }

  /** The names of a table's columns, for a file that has as many and names none. */
  private static List<String> inOrder(Schema columns, List<String> numbered, String file) throws ImportException {
    List<String> names = columns.getFields().stream().map(Field::getName).toList();
    if (names.size() != numbered.size()) {
      throw new ImportException("Cannot append " + file + ": it has " + numbered.size() + " columns, the table has "
          + names.size() + ", " + names + "; give files of the table's columns");
    }
    return names;
  }

  /** The table's columns in the order of the file's. */
  private static Schema given(Schema columns, List<String> names, String file) throws ImportException {
    Optional<String> repeated = ColumnNames.repeated(columns.getFields());
    if (repeated.isPresent()) {
      throw new ImportException("Cannot append " + file + ": the table has several columns called " + repeated.get()
          + ", which CSV cannot tell apart; append Arrow");
    }
    List<String> wanted = columns.getFields().stream().map(Field::getName).toList();
    if (!new HashSet<>(wanted).equals(new HashSet<>(names))) {
      throw new ImportException("Cannot append " + file + ": its first line names " + names + ", the table has "
          + wanted + "; give files of the table's columns");
    }
    List<Field> fields = new ArrayList<>();
    for (String name : names) {
      Field field = columns.findField(name);
      if (!CsvBatches.supports(field)) {
        throw new ImportException("Cannot append " + file + ": column " + name + " of the table is " + field.getType()
            + ", which CSV has no form for; append it from another format");
      }
      fields.add(field);
    }
    return new Schema(fields);
  }

  /** Which types each column can still have. */
  private final class Inference {
    private final List<String> names;
    private final List<CsvColumn> columns = new ArrayList<>();
    private long rows;

    Inference(String file, List<String> names) {
      this.names = names;
      CsvFile.Reading reading = new CsvFile.Reading(file, syntax.decimal);
      names.forEach(name -> columns.add(new CsvColumn(name, reading)));
    }

    void look(CsvFile.Row row) {
      rows++;
      for (int i = 0; i < columns.size(); i++) {
        String value = row.values().get(i);
        if (!values.isNull(value, false)) {
          columns.get(i).look(value, row.line());
        }
      }
    }

    void add(Inference other) {
      rows += other.rows;
      for (int i = 0; i < columns.size(); i++) {
        columns.get(i).add(other.columns.get(i));
      }
    }

    /** What their texts take at least. */
    long textBytes() {
      long sum = 0;
      List<Field> fields = schema().getFields();
      for (int i = 0; i < columns.size(); i++) {
        sum += fields.get(i).getType() instanceof ArrowType.Utf8 ? columns.get(i).chars() : 0;
      }
      return sum;
    }

    Schema schema() {
      List<Field> fields = new ArrayList<>();
      for (CsvColumn column : columns) {
        Field found = column.field();
        ArrowType given = values.types().get(found.getName());
        fields.add(given == null ? found : Field.nullable(found.getName(), given));
      }
      return new Schema(fields);
    }

    List<String> notes() {
      List<String> notes = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        String why = values.types().containsKey(names.get(i)) ? null : columns.get(i).whyText();
        if (why != null) {
          notes.add(why);
        }
      }
      return notes;
    }
  }

  /** {@code names} are those of the files. */
  private final class Plan implements ImportPlan {
    private final List<ImportSource> files;
    private final List<String> names;
    private final Schema schema;
    private final List<String> notes;
    private final long rows;
    private final long textBytes;

    Plan(List<ImportSource> files, List<String> names, Schema schema, List<String> notes, long rows, long textBytes) {
      this.files = files;
      this.names = names;
      this.schema = schema;
      this.notes = notes;
      this.rows = rows;
      this.textBytes = textBytes;
    }

    @Override
    public long leastRows() {
      return rows;
    }

    @Override
    public long leastTextBytes() {
      return textBytes;
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public List<String> notes() {
      return notes;
    }

    @Override
    public ImportReader open(int file, BufferAllocator allocator, LongConsumer read) throws IOException {
      CsvFile csv = CsvFile.open(files.get(file), syntax, read);
      if (!csv.names().equals(names)) {
        csv.close();
        throw new ImportException(
            "Cannot import " + files.get(file).name() + ": line 1 changed while it was read; try again");
      }
      return new CsvBatches(new CsvFile.Reading(files.get(file).name(), syntax.decimal), csv, values,
          VectorSchemaRoot.create(schema, allocator));
    }
  }

  @Override
  public void write(ArrowTable table, WritableByteChannel to, Progress progress) throws IOException {
    try {
      writeRows(table, to, progress);
    } catch (UncheckedIOException e) { // of the CSV library
      throw e.getCause();
    }
  }

  private void writeRows(ArrowTable table, WritableByteChannel to, Progress progress) throws IOException {
    table.requireDistinctNames("write CSV");
    CsvWriter writer =
        CsvWriter.builder().fieldSeparator(syntax.separator == null ? ',' : syntax.separator)
            .quoteCharacter(syntax.quote == CsvSyntax.NO_QUOTE ? '"' : syntax.quote)
            .build(Channels.newWriter(to, StandardCharsets.UTF_8));
    writer.writeRecord(table.schema().getFields().stream().map(Field::getName).toList());
    PlainRows.forEach(table, progress, row -> writer.writeRecord(
        row.texts().stream().map(text -> Objects.requireNonNullElse(text, "")).toArray(String[]::new)));
    writer.flush();
  }
}
