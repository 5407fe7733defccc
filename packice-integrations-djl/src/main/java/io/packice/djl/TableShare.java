package io.packice.djl;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of the shares in an open table, which the dataset, its iterators and its batches hold together. The table closes with the last of
 * them, on whichever thread: the engine reads raw addresses, so the mapping must outlive every tensor over it. Closing a share twice is
 * harmless.
 */
final class TableShare implements AutoCloseable {
  private final Runnable closeTable;
  private final AtomicInteger holders;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TableShare(Runnable closeTable, AtomicInteger holders) {
    this.closeTable = closeTable;
    this.holders = holders;
  }

  /** The first share; what ends with the last one is {@code closeTable}. */
  static TableShare first(Runnable closeTable) {
    return new TableShare(closeTable, new AtomicInteger(1));
  }

  /**
   * One more share.
   *
   * @throws IllegalStateException if the table is closed already
   */
  TableShare another() {
    if (holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException("Cannot read the table: it is closed; build the dataset anew");
    }
    return new TableShare(closeTable, holders);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && holders.decrementAndGet() == 0) {
      closeTable.run();
    }
  }
}
