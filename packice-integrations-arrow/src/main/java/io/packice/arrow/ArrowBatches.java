package io.packice.arrow;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The record batches of a table, one after the other. Each is closed when the next is asked for; what is to live longer is transferred out of it
 * ({@code vector.getTransferPair(allocator)}), or taken by {@link ArrowTable#batch}.
 *
 * <p>For one thread at a time. Whoever asked for it closes it; a second close does nothing.
 */
public final class ArrowBatches implements Iterator<VectorSchemaRoot>, AutoCloseable {
  private final ArrowTable table;
  private final BufferAllocator allocator;
  private final ScanOptions options;
  private @Nullable VectorSchemaRoot current;
  private int next;

  ArrowBatches(ArrowTable table, BufferAllocator allocator, ScanOptions options) {
    this.table = table;
    this.allocator = allocator;
    this.options = options;
  }

  @Override
  public boolean hasNext() {
    return next < table.batchCount();
  }

  /**
   * The next batch; the one before is closed.
   *
   * @return a root that this iterator closes
   * @throws NoSuchElementException if there is none, or this is closed
   * @throws TableFormatException if the batch is damaged
   * @throws IllegalStateException if the table is closed
   */
  @Override
  public VectorSchemaRoot next() {
    closeCurrent();
    if (!hasNext()) {
      throw new NoSuchElementException("Cannot read batch " + next + " of table " + table.name() + ": it was the last");
    }
    VectorSchemaRoot batch = table.batch(next, allocator, options);
    next++;
    current = batch;
    return batch;
  }

  private void closeCurrent() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  /** Closes the current batch and ends the iteration. */
  @Override
  public void close() {
    closeCurrent();
    next = table.batchCount();
  }
}
