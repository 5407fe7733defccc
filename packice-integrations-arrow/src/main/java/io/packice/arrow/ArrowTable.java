package io.packice.arrow;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** One version of a table under READ leases. */
@SuppressWarnings("DoNotCallSuggester") // the API first, its bodies follow
public final class ArrowTable implements AutoCloseable {
  ArrowTable() {
  }

  /**
   * The table's name.
   *
   * @return its name
   */
  public String name() {
    throw new UnsupportedOperationException();
  }

  /**
   * The table's version.
   *
   * @return from 1
   */
  public long version() {
    throw new UnsupportedOperationException();
  }

  /**
   * The table's columns.
   *
   * @return the schema
   */
  public Schema schema() {
    throw new UnsupportedOperationException();
  }

  /**
   * The rows of all parts.
   *
   * @return how many
   */
  public long rowCount() {
    throw new UnsupportedOperationException();
  }

  /**
   * What is known of each column without reading it.
   *
   * @return one entry for each field of the schema
   */
  public List<ColumnStatistics> statistics() {
    throw new UnsupportedOperationException();
  }

  /**
   * The record batches of all parts.
   *
   * @return how many
   */
  public int batchCount() {
    throw new UnsupportedOperationException();
  }

  /**
   * One record batch, in place.
   *
   * @param index which, from 0
   * @param allocator what the buffers are counted with
   * @return a new root; the caller closes it
   */
  public VectorSchemaRoot batch(int index, BufferAllocator allocator) {
    throw new UnsupportedOperationException();
  }

  /**
   * All record batches in order, in place.
   *
   * @param allocator what the buffers are counted with
   * @return an iterator; the caller closes it
   */
  public ArrowBatches batches(BufferAllocator allocator) {
    throw new UnsupportedOperationException();
  }

  /**
   * The values of one column as plain memory.
   *
   * @param name the column's name
   * @return the column
   */
  public FixedWidthColumn column(String name) {
    throw new UnsupportedOperationException(name);
  }

  /** Releases the leases, as soon as no vector uses them any more. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
