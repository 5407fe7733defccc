package io.packice.arrow.text;

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
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * JSON lines: an object on each line, in UTF-8, gzipped or not; or all objects in one array.
 *
 * <p>Imports look at all objects of all files first, or at a stated number of each file's, and choose for each column the narrowest type that fits: int64,
 * float64, bool, date, timestamp, text; objects become structs and arrays lists. What an object lacks is null; a column without any value is text. A column
 * whose values are of different kinds is an error that names both lines; so is what the lines that were looked at did not let expect. Types may be given
 * instead. Rows that are appended to a table have its types.
 *
 * <p>NaN and Infinity are numbers, as Python writes them, and so is what exports write for them. Half a character, which an escape can write, and a field that
 * is there twice are errors, since a table could only keep something else.
 *
 * <p>Exports write one object a line: bytes as hexadecimal digits, infinities and NaN as text, which an import takes for what they are.
 */
public final class JsonFormat implements ImportFormat, ExportFormat {
  private static final String MORE = " lines have no such column; let more be looked at before types are chosen";

  private final long lines;
  private final @Nullable Schema schema;
  private final Map<String, ArrowType> types;
  private final int maxCell;

  private JsonFormat(long lines, @Nullable Schema schema, Map<String, ArrowType> types, int maxCell) {
    this.lines = lines;
    this.schema = schema;
    this.types = Map.copyOf(types);
    this.maxCell = maxCell;
  }

  /**
   * Types are chosen after a look at all lines.
   *
   * @return the format
   */
  public static JsonFormat standard() {
    return new JsonFormat(Long.MAX_VALUE, null, Map.of(), TextLimits.MAX_CELL);
  }

  /**
   * With types that are chosen after a look at some lines only, which is faster.
   *
   * @param newLines how many of each file, 1 or more
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public JsonFormat withLines(long newLines) {
    if (newLines < 1) {
      throw new IllegalArgumentException("Cannot choose types by " + newLines + " lines; give 1 or more");
    }
    return new JsonFormat(newLines, schema, types, maxCell);
  }

  /**
   * With given columns.
   *
   * @param newSchema names and types; what an object has besides is an error
   * @return a changed copy
   * @throws IllegalArgumentException if a type has no form in JSON, or two columns have the same name
   */
  public JsonFormat withSchema(Schema newSchema) {
    requireSupported(newSchema);
    return new JsonFormat(lines, newSchema, types, maxCell);
  }

  /**
   * With columns whose types are not found out. Their values may say more than the type keeps, as long as they are such: numbers in quotes are numbers,
   * and where text is wanted, numbers are text.
   *
   * @param newTypes names of columns, {@code a.b} for a field of an object and {@code a[]} for the elements of a list, and their types: numbers,
   *     booleans, text, bytes, dates, times, timestamps, durations or intervals
   * @return a changed copy
   * @throws IllegalArgumentException if a type has no form in JSON
   */
  public JsonFormat withTypes(Map<String, ArrowType> newTypes) {
    GivenTypes.requireSupported(newTypes, "JSON");
    return new JsonFormat(lines, schema, newTypes, maxCell);
  }

  /**
   * With another limit for how long a text may be before the file counts as damaged.
   *
   * @param characters how many, 64,000,000 unless said
   * @return a changed copy
   * @throws IllegalArgumentException if there are none, or such a text could not be kept
   */
  public JsonFormat withMaxCell(int characters) {
    return new JsonFormat(lines, schema, types, TextLimits.requireMaxCell(characters));
  }

  private static void requireSupported(Schema schema) {
    ColumnNames.repeated(schema.getFields()).ifPresent(column -> {
      throw new IllegalArgumentException("Cannot import JSON for several columns called " + column
          + ", which it cannot tell apart; import another format");
    });
    schema.getFields().forEach(JsonFormat::requireSupported);
  }

  private static void requireSupported(Field field) {
    if (!JsonCells.supports(field)) {
      throw new IllegalArgumentException("Cannot import column " + field.getName() + " of type " + field.getType()
          + " from JSON, which has no form for it; import it from another format");
    }
  }

  private @Nullable Schema given(ImportWork work) {
    return work.columns() == null ? schema : work.columns();
  }

  @Override
  public int passes(ImportWork work) {
    return given(work) == null && lines == Long.MAX_VALUE ? 2 : 1;
  }

  @Override
  public ImportPlan plan(List<ImportSource> files, ImportWork work) throws IOException {
    Schema given = given(work);
    if (given != null) {
      try {
        requireSupported(given);
      } catch (IllegalArgumentException e) {
        throw new ImportException(String.valueOf(e.getMessage()), e);
      }
      GivenTypes.requireSame(types, given, files.getFirst().name());
      return new Plan(files, given, 0, types.keySet(), maxCell,
          new JsonCells.Advice("the table has no such column; leave it out", "make another table"));
    }
    boolean all = lines == Long.MAX_VALUE;
    List<JsonShape> shapes = work.onEach(files, file -> look(file, all ? work::read : _ -> {
    }));
    JsonShape shape = shapes.getFirst();
    for (JsonShape other : shapes.subList(1, shapes.size())) {
      shape.add(other);
    }
    Set<String> names = new HashSet<>();
    shape.names(names);
    List<Field> fields = new ArrayList<>(shape.fields());
    if (!all) { // what the first lines lack may come later, and is known
      types.forEach((name, type) -> {
        if (names.add(name)) {
          fields.add(Field.nullable(name, type));
        }
      });
    }
    GivenTypes.requireKnown(types, names, files.getFirst().name());
    return new Plan(files, new Schema(fields), shape.objects(), types.keySet(), maxCell, all
        ? new JsonCells.Advice("it changed while it was read; try again", "say which type the column has (--types)")
        : new JsonCells.Advice("the first " + lines + MORE, "let more lines be looked at before types are chosen"));
  }

  private JsonShape look(ImportSource file, LongConsumer read) throws IOException {
    try (JsonFile json = JsonFile.open(file, maxCell, read)) {
      JsonShape shape = new JsonShape("", types);
      for (long i = 0; i < lines && json.nextRow(); i++) {
        shape.lookInside(json);
      }
      return shape;
    }
  }

  private record Plan(List<ImportSource> files, Schema schema, long leastRows, Set<String> asked, int maxCell,
      JsonCells.Advice advice) implements ImportPlan {
    @Override
    public ImportReader open(int file, BufferAllocator allocator, LongConsumer read) throws IOException {
      return new JsonRows(JsonFile.open(files.get(file), maxCell, read), VectorSchemaRoot.create(schema, allocator),
          asked, advice);
    }
  }

  @Override
  public void write(ArrowTable table, WritableByteChannel to, Progress progress) throws IOException {
    table.requireDistinctNames("write JSON lines");
    Writer writer = new BufferedWriter(Channels.newWriter(to, StandardCharsets.UTF_8));
    PlainRows.forEach(table, progress, row -> {
      writer.write(PlainRows.json(row.fields()));
      writer.write('\n');
    });
    writer.flush();
  }
}
