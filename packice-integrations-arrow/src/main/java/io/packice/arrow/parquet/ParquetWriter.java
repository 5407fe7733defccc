package io.packice.arrow.parquet;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Writes record batches as one Parquet file, with dictionaries, statistics, a page index, and checksums of pages. A file is one only after
 * {@link #finish}; what was written of it before, no reader takes for one.
 *
 * <p>For one thread at a time. Whoever opened it closes it; a second close does nothing.
 */
public interface ParquetWriter extends AutoCloseable {
  /**
   * Appends a batch, which may be empty. The root stays the caller's.
   *
   * @param batch rows of the writer's schema
   * @throws ParquetException if a value cannot be written: one beyond what its column's type allows, or a null where there must be none. The
   *     writer can only be closed then
   * @throws IOException if it cannot be written; the writer can only be closed then
   * @throws IllegalArgumentException if the batch has another schema
   * @throws IllegalStateException if this is finished or closed, or an earlier call failed
   */
  void write(VectorSchemaRoot batch) throws IOException;

  /**
   * Completes the file. Closing the channel stays the caller's.
   *
   * @throws IOException if it cannot be written; there is no file then
   * @throws IllegalStateException if this is finished or closed, or an earlier call failed
   */
  void finish() throws IOException;

  /** Ends the writing. Without {@link #finish}, there is no file. */
  @Override
  void close();
}
