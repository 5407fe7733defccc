package io.packice.arrow.parquet;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file as Arrow record batches, in the order of its rows. For one thread at a time. Whoever opened it closes it; a second close does
 * nothing, and any other call after it throws {@link IllegalStateException}.
 */
public interface ParquetReader extends AutoCloseable {
  /**
   * The columns that are read, in the order of the batches.
   *
   * @return the schema
   */
  Schema schema();

  /**
   * How many rows the file has, whatever the filter.
   *
   * @return rows, 0 or more
   */
  long rowCount();

  /**
   * How many row groups the file has, and how many of them the filter has left.
   *
   * @return the counts
   */
  RowGroups rowGroups();

  /**
   * How much of the file has been read.
   *
   * @return bytes, up to {@link #totalBytes}
   */
  long doneBytes();

  /**
   * How much of the file will be read at most.
   *
   * @return bytes of the wanted columns in the row groups that are left
   */
  long totalBytes();

  /**
   * The next batch. Batches without any wanted row are passed over.
   *
   * @return rows, at least one, in a root that stays the reader's and is valid until the next call; null behind the last
   * @throws ParquetException if the file is damaged; the message names it, the row group and the column. No further batch can be read
   * @throws IOException if it cannot be read
   * @throws IllegalStateException if this is closed, or an earlier call failed
   */
  @Nullable
  VectorSchemaRoot next() throws IOException;

  /** Closes the file and releases the batch. */
  @Override
  void close() throws IOException;

  /**
   * How many row groups there are.
   *
   * @param all in the file
   * @param wanted to be read: the others have no row that the filter wants, by their statistics
   */
  record RowGroups(int all, int wanted) {
  }
}
