package io.packice.arrow;

import org.apache.arrow.vector.VectorSchemaRoot;

/** Writes a table; nothing of it is visible before {@link #commit}. */
@SuppressWarnings("DoNotCallSuggester") // the API first, its bodies follow
public final class TableWriter implements AutoCloseable {
  TableWriter() {
  }

  /**
   * Appends a record batch. The root stays the caller's and may be reused.
   *
   * @param batch rows of the table's schema
   */
  public void write(VectorSchemaRoot batch) {
    throw new UnsupportedOperationException(batch.toString());
  }

  /** Publishes the table. */
  public void commit() {
    throw new UnsupportedOperationException();
  }

  /** Ends the writing. Without commit, nothing was. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
