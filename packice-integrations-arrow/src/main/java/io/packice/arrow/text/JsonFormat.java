package io.packice.arrow.text;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ColumnNames;
import io.packice.arrow.ExportFormat;
import io.packice.arrow.ImportException;
import io.packice.arrow.ImportFormat;
import io.packice.arrow.ImportPlan;
import io.packice.arrow.ImportReader;
import io.packice.arrow.ImportWork;
import io.packice.arrow.Progress;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON lines: an object on each line, in UTF-8, gzipped or not; or all objects in one array.
 *
 * <p>Imports look at all objects of all files first, or at a stated number of each file's, and choose for each column the narrowest type that fits: int64,
 * float64, bool, date, timestamp, text; objects become structs and arrays lists. What an object lacks is null; a column without any value is text. A column
 * whose values are of different kinds is an error that names both lines; so is what the lines that were looked at did not let expect. Types may be given
 * instead. Rows that are appended to a table have its types.
 *
 * <p>Exports write one object a line: bytes as hexadecimal digits, infinities and NaN as text, which an import takes for what they are.
 */
public final class JsonFormat implements ImportFormat, ExportFormat {
  private final long lines;
  private final @Nullable Schema schema;

  private JsonFormat(long lines, @Nullable Schema schema) {
    this.lines = lines;
    this.schema = schema;
  }

  /**
   * Types are chosen after a look at all lines.
   *
   * @return the format
   */
  public static JsonFormat standard() {
    return new JsonFormat(Long.MAX_VALUE, null);
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
    return new JsonFormat(newLines, schema);
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
    return new JsonFormat(lines, newSchema);
  }

  private static void requireSupported(Schema schema) {
    ColumnNames.repeated(schema.getFields()).ifPresent(column -> {
      throw new IllegalArgumentException("Cannot import JSON for several columns called " + column
          + ", which it cannot tell apart; import another format");
    });
    schema.getFields().forEach(JsonFormat::requireSupported);
  }

  private static void requireSupported(Field field) {
    if (!JsonRows.supports(field)) {
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
  public ImportPlan plan(List<Path> files, ImportWork work) throws IOException {
    Schema given = given(work);
    if (given != null) {
      try {
        requireSupported(given);
      } catch (IllegalArgumentException e) {
        throw new ImportException(String.valueOf(e.getMessage()), e);
      }
      return new Plan(files, given, "the table has no such column; leave it out");
    }
    boolean all = lines == Long.MAX_VALUE;
    List<JsonShape> shapes = work.onEach(files, file -> look(file, all ? work::read : _ -> {
    }));
    JsonShape shape = shapes.getFirst();
    for (JsonShape other : shapes.subList(1, shapes.size())) {
      shape.add(other);
    }
    return new Plan(files, new Schema(shape.fields()), all ? "it changed while it was read; try again"
        : "the first " + lines + " lines have no such column; let more be looked at before types are chosen");
  }

  private JsonShape look(Path file, LongConsumer read) throws IOException {
    try (JsonFile json = JsonFile.open(file, read)) {
      JsonShape shape = new JsonShape("");
      for (long i = 0; i < lines && json.nextRow(); i++) {
        shape.lookInside(json);
      }
      return shape;
    }
  }

  private record Plan(List<Path> files, Schema schema, String advice) implements ImportPlan {
    @Override
    public ImportReader open(int file, BufferAllocator allocator, LongConsumer read) throws IOException {
      return new JsonRows(JsonFile.open(files.get(file), read), VectorSchemaRoot.create(schema, allocator), advice);
    }
  }

  @Override
  public void write(ArrowTable table, WritableByteChannel to, Progress progress) throws IOException {
    table.requireDistinctNames("write JSON lines");
    JsonMapper mapper = JsonMapper.shared();
    Writer writer = new BufferedWriter(Channels.newWriter(to, StandardCharsets.UTF_8));
    PlainRows.forEach(table, progress, (batch, row) -> {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (FieldVector column : batch.getFieldVectors()) {
        fields.put(column.getName(), PlainRows.value(column, row));
      }
      writer.write(mapper.writeValueAsString(fields));
      writer.write('\n');
    });
    writer.flush();
  }
}
