package io.packice.arrow.parquet;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;

/** What reads Parquet. Another engine can take the place of the standard one. Safe from any thread. */
@FunctionalInterface
public interface ParquetEngine {
  /**
   * Opens a file; its metadata is read and checked, its values are not.
   *
   * @param file the file
   * @param allocator where batches are made; it stays the caller's, and outlives the reader
   * @param options what to read, and how
   * @return a reader; the caller closes it
   * @throws ParquetException if it is not a Parquet file, damaged in its metadata, encrypted, or has what this engine does not know
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if the options name a column that the file does not have, or the filter compares a column with what it
   *     cannot be compared with
   */
  ParquetReader open(Path file, BufferAllocator allocator, ReadOptions options) throws IOException;

  /**
   * The engine of Packice: by column, without Hadoop.
   *
   * @return the engine
   */
  static ParquetEngine standard() {
    return ColumnReader::open;
  }
}
