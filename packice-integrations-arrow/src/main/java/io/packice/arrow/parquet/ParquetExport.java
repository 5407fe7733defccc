package io.packice.arrow.parquet;

import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.Progress;
import io.packice.arrow.ScanOptions;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Writes a table as one Parquet file; dictionary-encoded columns as their values, for which Parquet has dictionaries of its own. Immutable; runs as often as wanted. */
public final class ParquetExport {
  private final ArrowTable table;
  private final WriteOptions options;
  private final Progress progress;
  private final ParquetEngine engine;

  private ParquetExport(ArrowTable table, WriteOptions options, Progress progress, ParquetEngine engine) {
    this.table = table;
    this.options = options;
    this.progress = progress;
    this.engine = engine;
  }

  /**
   * Exports a table.
   *
   * @param table the table; it stays the caller's, and open
   * @return an export to be run
   */
  public static ParquetExport of(ArrowTable table) {
    return new ParquetExport(table, WriteOptions.defaults(), Progress.NONE, ParquetEngine.standard());
  }

  /**
   * With other options, such as the codec.
   *
   * @param newOptions the options
   * @return a changed copy
   */
  public ParquetExport withOptions(WriteOptions newOptions) {
    return new ParquetExport(table, newOptions, progress, engine);
  }

  /**
   * With somebody who hears how far it has come.
   *
   * @param newProgress is told rows instead of bytes
   * @return a changed copy
   */
  public ParquetExport withProgress(Progress newProgress) {
    return new ParquetExport(table, options, newProgress, engine);
  }

  /**
   * With another engine.
   *
   * @param newEngine what writes the file
   * @return a changed copy
   */
  public ParquetExport withEngine(ParquetEngine newEngine) {
    return new ParquetExport(table, options, progress, newEngine);
  }

  /**
   * Writes the file.
   *
   * @param channel where it goes; it stays the caller's. What is there after a failure is no Parquet file
   * @throws ParquetException if a value is beyond what Parquet has for its type
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if a column has a type that Parquet has not, or the name of another
   * @throws io.packice.arrow.manifest.TableFormatException if the table is damaged
   * @throws IllegalStateException if the table is closed
   */
  public void into(WritableByteChannel channel) throws IOException {
    table.requireDistinctNames("write Parquet");
    ScanOptions decoded = ScanOptions.all().withDictionaries(ScanOptions.Dictionaries.DECODED);
    long total = table.rowCount();
    long done = 0;
    progress.report(0, total);
    try (RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);
        ArrowBatches batches = table.batches(allocator, decoded);
        ParquetWriter writer = engine.create(channel, table.schema(decoded), options)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        writer.write(batch);
        done += batch.getRowCount();
        progress.report(done, total);
      }
      writer.finish();
    }
  }
}
