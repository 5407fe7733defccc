package io.packice.arrow;

import io.packice.arrow.manifest.TableFormatException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
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
  private @Nullable ArrowDictionaries dictionaries;
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
    if (next > 0 && !table.sharesDictionaries(next - 1, next)) {
      closeDictionaries();
    }
    VectorSchemaRoot batch = table.batch(next, allocator, options);
    next++;
    current = batch;
    return batch;
  }

  /**
   * What the indices of the current batch stand for.
   *
   * @return the dictionaries, which this iterator closes: when a batch with others is asked for, or with itself
   * @throws TableFormatException if a dictionary is damaged
   * @throws IllegalStateException if there is no current batch, or the table is closed
   */
  public DictionaryProvider dictionaries() {
    if (current == null) {
      throw new IllegalStateException("Cannot give dictionaries of table " + table.name()
          + ": there is no current batch; call next first");
    }
    ArrowDictionaries opened = dictionaries;
    if (opened == null) {
      opened = table.dictionaries(next - 1, allocator, options);
      dictionaries = opened;
    }
    return opened;
  }

  private void closeCurrent() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  private void closeDictionaries() {
    if (dictionaries != null) {
      dictionaries.close();
      dictionaries = null;
    }
  }

  /** Closes the current batch and ends the iteration. */
  @Override
  public void close() {
    closeCurrent();
    closeDictionaries();
    next = table.batchCount();
  }
}
