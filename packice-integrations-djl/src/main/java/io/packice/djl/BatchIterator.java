package io.packice.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The batches of one epoch. Like DJL's own iterators it has a manager that ends with the epoch, and with it whatever batch is still open;
 * left early, with the manager that the data was asked from. For one thread at a time.
 */
final class BatchIterator implements Iterator<Batch> {
  /** DJL's switch: "false" keeps batches open after the last one was taken, until the caller's manager closes. */
  private static final String CLOSE_AT_END = "ai.djl.dataiterator.autoclose";

  private final BatchLoader loader;
  private final RowOrder order;
  private final BatchSizes sizes;
  private final Executor executor;
  private final int prefetch;
  private final NDManager manager;
  private final Deque<CompletableFuture<LoadedBatch>> ahead = new ArrayDeque<>();
  private long loadedRows;
  private long takenRows;

  /**
   * Begins an epoch.
   *
   * @param executor who loads; {@code Runnable::run} for the caller of {@code next}
   * @param prefetch how many batches to load ahead of the one that is taken
   */
  BatchIterator(BatchLoader loader, RowOrder order, BatchSizes sizes, NDManager parent, Executor executor,
      int prefetch) {
    this.loader = loader;
    this.order = order;
    this.sizes = sizes;
    this.executor = executor;
    this.prefetch = prefetch;
    this.manager = parent.newSubManager();
    manager.setName("packice epoch");
    TableShare share = loader.table().another();
    manager.attachInternal("packice table", (AutoCloseable) () -> {
      dropAhead();
      share.close();
    });
  }

  @Override
  public boolean hasNext() {
    boolean more = takenRows < sizes.visitedRows(order.rowCount());
    if (!more && Boolean.parseBoolean(System.getProperty(CLOSE_AT_END, "true"))) {
      manager.close();
    }
    return more;
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("Cannot take another batch: all " + takenRows + " rows were taken");
    }
    if (!manager.isOpen()) {
      throw new IllegalStateException("Cannot take another batch: the manager that the data was asked from is closed");
    }
    LoadedBatch loaded = await(oneLoaded());
    takenRows += loaded.rows().length;
    return PackiceBatch.open(manager, loaded, takenRows, order.rowCount());
  }

  /** Starts loading as far ahead as wanted, and takes what was started first. */
  private synchronized CompletableFuture<LoadedBatch> oneLoaded() {
    long end = sizes.visitedRows(order.rowCount());
    while (ahead.size() <= prefetch && loadedRows < end) {
      long[] rows = new long[(int) Math.min(sizes.batchSize(), end - loadedRows)];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = order.row(loadedRows + i);
      }
      loadedRows += rows.length;
      ahead.add(CompletableFuture.supplyAsync(() -> loader.load(rows), executor));
    }
    return ahead.remove();
  }

  private static LoadedBatch await(CompletableFuture<LoadedBatch> batch) {
    try {
      return batch.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** What nobody will take any more is given back, as soon as it is loaded. */
  private synchronized void dropAhead() {
    for (CompletableFuture<LoadedBatch> batch : ahead) {
      CompletableFuture<Void> _ = batch.thenAccept(LoadedBatch::release); // one that failed has nothing to give back
    }
    ahead.clear();
  }
}
