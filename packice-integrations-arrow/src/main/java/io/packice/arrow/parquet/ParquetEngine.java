package io.packice.arrow.parquet;

import io.packice.arrow.imports.ImportSource;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** What reads and writes Parquet. Another engine can take the place of the standard one. Safe from any thread. */
public interface ParquetEngine {
  /**
   * Opens a source; its metadata is read and checked, its values are not.
   *
   * @param source the file, or what else has ranges
   * @param allocator where batches are made; it stays the caller's, and outlives the reader
   * @param options what to read, and how
   * @return a reader; the caller closes it
   * @throws ParquetException if it is not a Parquet file, damaged in its metadata, encrypted, or has what this engine does not know
   * @throws io.packice.arrow.imports.ImportException if it can only be read from start to end
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if the options name a column that the file does not have, or the filter compares a column with what it
   *     cannot be compared with
   */
  ParquetReader open(ImportSource source, BufferAllocator allocator, ReadOptions options) throws IOException;

  /**
   * Opens a file.
   *
   * @param file where
   * @param allocator as for a source
   * @param options what to read, and how
   * @return a reader; the caller closes it
   * @throws ParquetException as for a source
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException as for a source
   */
  default ParquetReader open(Path file, BufferAllocator allocator, ReadOptions options) throws IOException {
    return open(ImportSource.of(file), allocator, options);
  }

  /**
   * Begins a file.
   *
   * @param channel where it goes, from where the channel stands; it stays the caller's
   * @param schema its columns
   * @param options how
   * @return a writer; the caller finishes and closes it
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the schema has what Parquet has not: a union, run ends, list views, dictionaries, a struct without fields,
   *     two columns of one name, or no column
   */
  ParquetWriter create(WritableByteChannel channel, Schema schema, WriteOptions options) throws IOException;

  /**
   * The engine of Packice for itself: by column, without Hadoop.
   *
   * @return the engine
   */
  static ParquetEngine standard() {
    return new ParquetEngine() {
      @Override
      public ParquetReader open(ImportSource source, BufferAllocator allocator, ReadOptions options)
          throws IOException {
        return ColumnReader.open(source, allocator, options);
      }

      @Override
      public ParquetWriter create(WritableByteChannel channel, Schema schema, WriteOptions options)
          throws IOException {
        return new RecordWriter(channel, schema, options);
      }
    };
  }
}
