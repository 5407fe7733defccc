package io.packice.arrow.parquet;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.Progress;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableSummary;
import io.packice.arrow.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Imports Parquet files into one table, in the order in which they are given. All must have the same columns; a column is nullable if it is so in
 * any of them. Immutable; runs as often as wanted.
 */
public final class ParquetImport {
  private final List<Path> files;
  private final ReadOptions reading;
  private final TableOptions writing;
  private final Progress progress;
  private final ParquetEngine engine;

  private ParquetImport(List<Path> files, ReadOptions reading, TableOptions writing, Progress progress,
      ParquetEngine engine) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("Cannot import 0 files; name one");
    }
    this.files = List.copyOf(files);
    this.reading = reading;
    this.writing = writing;
    this.progress = progress;
    this.engine = engine;
  }

  /**
   * Imports some files.
   *
   * @param files one or more
   * @return an import to be run
   * @throws IllegalArgumentException if there is none
   */
  public static ParquetImport of(List<Path> files) {
    return new ParquetImport(files, ReadOptions.defaults(), TableOptions.defaults(), Progress.NONE,
        ParquetEngine.standard());
  }

  /**
   * With other options for reading, such as which columns and rows.
   *
   * @param newReading the options
   * @return a changed copy
   */
  public ParquetImport withReading(ReadOptions newReading) {
    return new ParquetImport(files, newReading, writing, progress, engine);
  }

  /**
   * With other options for the table.
   *
   * @param newOptions the options
   * @return a changed copy
   */
  public ParquetImport withOptions(TableOptions newOptions) {
    return new ParquetImport(files, reading, newOptions, progress, engine);
  }

  /**
   * With somebody who hears how far it has come.
   *
   * @param newProgress is told bytes of the wanted columns
   * @return a changed copy
   */
  public ParquetImport withProgress(Progress newProgress) {
    return new ParquetImport(files, reading, writing, newProgress, engine);
  }

  /**
   * With another engine.
   *
   * @param newEngine what reads the files
   * @return a changed copy
   */
  public ParquetImport withEngine(ParquetEngine newEngine) {
    return new ParquetImport(files, reading, writing, progress, newEngine);
  }

  /**
   * Reads the files and publishes the table.
   *
   * @param tables where
   * @param name the table's name
   * @return what was published
   * @throws ParquetException if a file is no Parquet file, damaged, or differs in its columns from the first; no table was made
   * @throws IOException if a file cannot be read; no table was made
   * @throws IllegalArgumentException if the files do not have a column that is wanted, or the filter compares it with what it cannot be
   *     compared with; no table was made
   * @throws io.packice.core.AlreadyExistsException if the name is taken, and the options do not say to replace
   * @throws io.packice.core.CapacityExceededException if the table does not fit; the message states the numbers
   */
  public TableSummary into(ArrowTables tables, String name) throws IOException {
    try (RootAllocator allocator = new RootAllocator()) {
      long total = 0;
      Schema schema = null;
      for (Path file : files) {
        try (ParquetReader reader = engine.open(file, allocator, reading)) {
          schema = schema == null ? reader.schema() : union(schema, reader.schema(), file);
          total += reader.totalBytes();
        }
      }
      if (schema == null) {
        throw new IllegalStateException("no file");
      }
      progress.report(0, total);
      try (TableWriter writer = tables.create(name, schema, writing)) {
        long done = 0;
        for (Path file : files) {
          done = copy(file, allocator, schema, writer, done, total);
        }
        TableSummary summary = writer.commit();
        progress.report(total, total);
        return summary;
      }
    }
  }

  private long copy(Path file, RootAllocator allocator, Schema schema, TableWriter writer, long done, long total)
      throws IOException {
    try (ParquetReader reader = engine.open(file, allocator, reading)) {
      union(schema, reader.schema(), file); // it may have been replaced meanwhile
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        // The same vectors, under the schema of all files; what it adds is that a column may have nulls.
        writer.write(new VectorSchemaRoot(schema, batch.getFieldVectors(), batch.getRowCount()));
        progress.report(Math.min(total, done + reader.doneBytes()), total);
      }
      return Math.min(total, done + reader.totalBytes());
    }
  }

  private Schema union(Schema first, Schema other, Path file) throws ParquetException {
    List<Field> fields = union(first.getFields(), other.getFields());
    if (fields.isEmpty() && !first.getFields().isEmpty()) {
      throw new ParquetException("Cannot import " + file + " together with " + files.getFirst()
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
