package io.packice.arrow.parquet;

import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.ImportPlan;
import io.packice.arrow.imports.ImportReader;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Parquet, to be imported. All files of a table must have the same columns; a column is nullable if it is so in any of them.
 * {@link ParquetExport} writes it.
 */
public final class ParquetFormat implements ImportFormat {
  private final ReadOptions options;
  private final ParquetEngine engine;

  private ParquetFormat(ReadOptions options, ParquetEngine engine) {
    this.options = options;
    this.engine = engine;
  }

  /**
   * All columns and rows.
   *
   * @return the format
   */
  public static ParquetFormat standard() {
    return of(ReadOptions.defaults());
  }

  /**
   * With options for reading, such as which columns and rows.
   *
   * @param options the options
   * @return the format
   */
  public static ParquetFormat of(ReadOptions options) {
    return new ParquetFormat(options, ParquetEngine.standard());
  }

  /**
   * With another engine.
   *
   * @param newEngine what reads the files
   * @return a changed copy
   */
  public ParquetFormat withEngine(ParquetEngine newEngine) {
    return new ParquetFormat(options, newEngine);
  }

  @Override
  public int passes(ImportWork work) {
    return 1;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ParquetException if a file is no Parquet file, damaged, or differs in its columns from the first
   * @throws IllegalArgumentException if the files do not have a column that is wanted, or the filter compares it with what it cannot be
   *     compared with
   */
  @Override
  public ImportPlan plan(List<ImportSource> files, ImportWork work) throws IOException {
    List<Content> contents = work.onEach(files, this::content);
    Schema schema = contents.getFirst().schema();
    long rows = 0;
    for (int i = 0; i < files.size(); i++) {
      schema = union(schema, contents.get(i).schema(), files.get(i), files.getFirst());
      rows += contents.get(i).rows();
    }
    return new Plan(files, schema, rows);
  }

  /** What stands in a file's footer. */
  private record Content(Schema schema, long rows) {
  }

  private Content content(ImportSource file) throws IOException {
    try (RootAllocator allocator = new RootAllocator(); ParquetReader reader = engine.open(file, allocator, options)) {
      return new Content(reader.schema(), options.filter() == null ? reader.rowCount() : 0);
    }
  }

  private final class Plan implements ImportPlan {
    private final List<ImportSource> files;
    private final Schema schema;
    private final long rows;

    Plan(List<ImportSource> files, Schema schema, long rows) {
      this.files = files;
      this.schema = schema;
      this.rows = rows;
    }

    @Override
    public long leastRows() {
      return rows;
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public ImportReader open(int file, BufferAllocator allocator, LongConsumer read) throws IOException {
      ImportSource source = files.get(file);
      ParquetReader reader = engine.open(source, allocator, options);
      try {
        union(schema, reader.schema(), source, files.getFirst()); // it may have been replaced meanwhile
        return new Reader(reader, source.size().orElse(0), read);
      } catch (Throwable failure) {
        reader.close();
        throw failure;
      }
    }
  }

  /** Tells of bytes of the whole file, in proportion to those of the wanted columns. */
  private static final class Reader implements ImportReader {
    private final ParquetReader reader;
    private final long byteSize;
    private final LongConsumer read;
    private long told;

    Reader(ParquetReader reader, long byteSize, LongConsumer read) {
      this.reader = reader;
      this.byteSize = byteSize;
      this.read = read;
    }

    @Override
    public @Nullable VectorSchemaRoot next() throws IOException {
      VectorSchemaRoot batch = reader.next();
      double share = batch == null ? 1 : (double) reader.doneBytes() / Math.max(1, reader.totalBytes());
      long done = Math.max(told, (long) (byteSize * Math.min(1, share)));
      read.accept(done - told);
      told = done;
      return batch;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  private static Schema union(Schema first, Schema other, ImportSource file, ImportSource before)
      throws ParquetException {
    List<Field> fields = union(first.getFields(), other.getFields());
    if (fields.isEmpty() && !first.getFields().isEmpty()) {
      throw new ParquetException("Cannot import " + file.name() + " together with " + before.name()
          + ": it has the columns "
          + other.getFields() + ", that " + first.getFields() + "; make two tables, or pick --columns that they share");
    }
    return new Schema(fields, first.getCustomMetadata());
  }

  /** Empty if they differ in more than whether there may be nulls. */
  private static List<Field> union(List<Field> first, List<Field> other) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < first.size() && first.size() == other.size(); i++) {
      Field a = first.get(i);
      Field b = other.get(i);
      List<Field> children = union(a.getChildren(), b.getChildren());
      if (!a.getName().equals(b.getName()) || !a.getType().equals(b.getType())
          || children.size() != a.getChildren().size()) {
        return List.of();
      }
      boolean nullable = a.isNullable() || b.isNullable();
      fields.add(new Field(a.getName(), new FieldType(nullable, a.getType(), a.getDictionary(), a.getMetadata()),
          children));
    }
    return fields;
  }
}
