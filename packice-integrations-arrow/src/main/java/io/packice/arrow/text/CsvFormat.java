package io.packice.arrow.text;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ExportFormat;
import io.packice.arrow.ImportException;
import io.packice.arrow.ImportFormat;
import io.packice.arrow.ImportPlan;
import io.packice.arrow.ImportReader;
import io.packice.arrow.ImportSource;
import io.packice.arrow.ImportWork;
import io.packice.arrow.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * CSV (RFC 4180, UTF-8, gzipped or not) whose first line names the columns.
 *
 * <p>Imports read each file twice: first to find for each column the narrowest type that fits all its values in all files, then to store them; so no
 * value is lost to a wrong guess. Types are int64, float64, bool, date, timestamp and text; an empty field is null, whatever the type, and a column without
 * any value is text. Rows that are appended to a table have its types, and are read once.
 *
 * <p>Exports write nulls as empty fields, bytes as hexadecimal digits, and nested values as JSON.
 */
public final class CsvFormat implements ImportFormat, ExportFormat {
  private final char separator;

  private CsvFormat(char separator) {
    this.separator = separator;
  }

  /**
   * With commas between fields.
   *
   * @return the format
   */
  public static CsvFormat standard() {
    return new CsvFormat(',');
  }

  /**
   * With another character between fields.
   *
   * @param newSeparator such as a semicolon or a tab
   * @return a changed copy
   */
  public CsvFormat withSeparator(char newSeparator) {
    return new CsvFormat(newSeparator);
  }

  @Override
  public int passes(ImportWork work) {
    return work.columns() == null ? 2 : 1;
  }

  @Override
  public ImportPlan plan(List<ImportSource> files, ImportWork work) throws IOException {
    Schema given = work.columns();
    List<Inference> found = work.onEach(files,
        file -> given == null ? infer(file, work::read) : new Inference(names(file)));
    Inference all = found.getFirst();
    for (int i = 0; i < files.size(); i++) {
      if (!found.get(i).names.equals(all.names)) {
        throw new ImportException("Cannot import " + files.get(i).name() + " together with " + files.getFirst().name()
            + ": its first line names " + found.get(i).names + ", the other's " + all.names + "; make two tables");
      }
      all.narrow(found.get(i));
    }
    return new Plan(files, given == null ? all.schema() : given(given, all.names, files.getFirst()));
  }

  private List<String> names(ImportSource file) throws IOException {
    try (CsvFile csv = CsvFile.open(file, separator, _ -> {
    })) {
      return csv.names();
    }
  }

  private Inference infer(ImportSource file, LongConsumer read) throws IOException {
    try (CsvFile csv = CsvFile.open(file, separator, read)) {
      Inference inference = new Inference(csv.names());
      for (CsvFile.Row row = csv.next(); row != null; row = csv.next()) {
        inference.look(row.values());
      }
      return inference;
    }
  }

  /** The table's columns in the order of the file's. */
  private static Schema given(Schema columns, List<String> names, ImportSource file) throws ImportException {
    List<String> wanted = columns.getFields().stream().map(Field::getName).toList();
    if (!new HashSet<>(wanted).equals(new HashSet<>(names))) {
      throw new ImportException("Cannot append " + file.name() + ": its first line names " + names + ", the table has "
          + wanted + "; give files of the table's columns");
    }
    List<Field> fields = new ArrayList<>();
    for (String name : names) {
      Field field = columns.findField(name);
      if (!TextValue.supports(field.getType())) {
        throw new ImportException(
            "Cannot append " + file.name() + ": column " + name + " of the table is " + field.getType()
                + ", which CSV has no form for; append it from another format");
      }
      fields.add(field);
    }
    return new Schema(fields);
  }

  /** Which types each column can still have. */
  private static final class Inference {
    private final List<String> names;
    private final List<EnumSet<TextType>> candidates = new ArrayList<>();
    private final boolean[] filled;

    Inference(List<String> names) {
      this.names = names;
      this.filled = new boolean[names.size()];
      names.forEach(_ -> candidates.add(EnumSet.allOf(TextType.class)));
    }

    void look(List<String> values) {
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

    void narrow(Inference other) {
      for (int i = 0; i < filled.length; i++) {
        filled[i] |= other.filled[i];
        candidates.get(i).retainAll(other.candidates.get(i));
      }
    }

    Schema schema() {
      List<Field> fields = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        TextType type = filled[i] ? TextType.narrowest(candidates.get(i)) : TextType.TEXT;
        fields.add(Field.nullable(names.get(i), type.arrow()));
      }
      return new Schema(fields);
    }
  }

  private final class Plan implements ImportPlan {
    private final List<ImportSource> files;
    private final Schema schema;

    Plan(List<ImportSource> files, Schema schema) {
      this.files = files;
      this.schema = schema;
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public ImportReader open(int file, BufferAllocator allocator, LongConsumer read) throws IOException {
      CsvFile csv = CsvFile.open(files.get(file), separator, read);
      if (!csv.names().equals(schema.getFields().stream().map(Field::getName).toList())) {
        csv.close();
        throw new ImportException(
            "Cannot import " + files.get(file).name() + ": line 1 changed while it was read; try again");
      }
      return new Reader(files.get(file).name(), csv, VectorSchemaRoot.create(schema, allocator));
    }
  }

  private static final class Reader implements ImportReader {
    private static final int BATCH_ROWS = 1 << 16;
    private static final long BATCH_TEXT_CHARS = 1L << 26; // a text column has 31-bit offsets, and a char up to 3 bytes

    private final String name;
    private final CsvFile csv;
    private final VectorSchemaRoot root;

    Reader(String name, CsvFile csv, VectorSchemaRoot root) {
      this.name = name;
      this.csv = csv;
      this.root = root;
    }

    @Override
    public @Nullable VectorSchemaRoot next() throws IOException {
      root.clear();
      int rows = 0;
      long chars = 0;
      while (rows < BATCH_ROWS && chars < BATCH_TEXT_CHARS) {
        CsvFile.Row row = csv.next();
        if (row == null) {
          break;
        }
        chars += store(row, rows++);
      }
      root.setRowCount(rows);
      return rows == 0 ? null : root;
    }

    private long store(CsvFile.Row from, int row) throws ImportException {
      long chars = 0;
      for (int i = 0; i < from.values().size(); i++) {
        String value = from.values().get(i);
        if (value.isEmpty()) {
          continue; // null, as all is that nobody sets
        }
        try {
          TextValue.store(root.getVector(i), row, value);
        } catch (IllegalArgumentException e) {
          throw new ImportException("Cannot import " + name + ": line " + from.line() + ", column "
              + root.getVector(i).getName() + ": \"" + TextValue.shortened(value) + "\" is no value of "
              + root.getVector(i).getField().getType() + "; correct it, or make another table", e);
        }
        chars += value.length();
      }
      return chars;
    }

    @Override
    public void close() throws IOException {
      root.close();
      csv.close();
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
    CsvWriter writer =
        CsvWriter.builder().fieldSeparator(separator).build(Channels.newWriter(to, StandardCharsets.UTF_8));
    writer.writeRecord(table.schema().getFields().stream().map(Field::getName).toList());
    PlainRows.forEach(table, progress, (batch, row) -> writer.writeRecord(batch.getFieldVectors().stream()
        .map(column -> PlainRows.text(PlainRows.value(column, row))).map(text -> Objects.requireNonNullElse(text, ""))
        .toArray(String[]::new)));
    writer.flush();
  }
}
