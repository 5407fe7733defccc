package io.packice.djl;

import ai.djl.ndarray.NDManager;
import io.packice.arrow.memory.UseCount.Use;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One pass over the rows: what is loaded ahead, and which batches are open. It ends with its last batch, with the manager that the data was asked
 * from, or when its iterator was left and collected. Safe from any thread.
 */
final class Epoch implements AutoCloseable {
  /**
   * What does not change during the epoch.
   *
   * @param order the rows
   * @param start where it begins
   * @param sizes how it is cut
   * @param batchifiers what splits its batches
   * @param executor who loads; {@code Runnable::run} for the caller of {@code next}
   * @param prefetch how many batches to load ahead of the one that is taken
   */
  record Plan(RowOrder order, EpochToken start, BatchSizes sizes, Batchifiers batchifiers, Executor executor,
      int prefetch) {
    long end() {
      return sizes.visitedRows(order.rowCount());
    }
  }

  /** A batch that is loaded by whoever begins to: a thread of the executor, or who needs it now. */
  private final class Ahead {
    private final long firstRow;
    private final int rowCount;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<LoadedBatch> batch = new CompletableFuture<>();

    Ahead(long firstRow, int rowCount) {
      this.firstRow = firstRow;
      this.rowCount = rowCount;
    }

    void load() {
      if (begun.compareAndSet(false, true)) {
        try {
          batch.complete(loader.load(rows(firstRow, rowCount)));
        } catch (Throwable failure) {
          batch.completeExceptionally(failure);
        }
      }
    }

    /** The batch, also if the executor has forgotten it, as one does that is shut down. */
    LoadedBatch take() {
      load();
      return await(batch);
    }

    /** Nobody will take it: it is not loaded any more, or given back when it is. */
    void leave() {
      if (!begun.compareAndSet(false, true)) {
        CompletableFuture<Void> _ = batch.thenAccept(LoadedBatch::release); // one that failed has nothing to give back
      }
    }
  }

  private final BatchLoader loader;
  private final Plan plan;
  private final NDManager parent;
  private final Use use;
  private final String id = "packice epoch " + NDManager.nextUid();
  private final Deque<Ahead> ahead = new ArrayDeque<>(); // guarded by this, like what follows
  private final Set<PackiceBatch> open = new LinkedHashSet<>();
  private long loadedRows;
  private long takenRows;
  private boolean stopped;

  private Epoch(BatchLoader loader, Plan plan, NDManager parent) {
    this.loader = loader;
    this.plan = plan;
    this.parent = parent;
    this.use = loader.use();
    this.loadedRows = plan.start.rows();
    this.takenRows = plan.start.rows();
  }

  /** Begins to load; the loader's use is the epoch's from now on, also if this throws. */
  static Epoch begin(BatchLoader loader, Plan plan, NDManager parent) {
    Epoch epoch = new Epoch(loader, plan, parent);
    try {
      parent.attachUncappedInternal(epoch.id, epoch);
      epoch.loadAhead(plan.prefetch);
      return epoch;
    } catch (Throwable failure) {
      epoch.stop();
      throw failure;
    }
  }

  synchronized boolean hasMore() {
    return takenRows < plan.end();
  }

  PackiceBatch next() {
    Ahead first;
    long after;
    synchronized (this) {
      if (stopped) {
        throw new IllegalStateException(
            "Cannot take another batch: the manager that the data was asked from is closed");
      }
      loadAhead(plan.prefetch + 1);
      first = ahead.remove();
      takenRows += first.rowCount;
      after = takenRows;
    }
    LoadedBatch loaded = first.take();
    EpochToken token = new EpochToken(plan.start.epoch(), after, plan.start.order());
    PackiceBatch batch =
        PackiceBatch.open(parent, loaded, plan.batchifiers, token, plan.order.rowCount(), this::closed);
    synchronized (this) {
      if (!stopped) {
        open.add(batch);
      }
    }
    return batch;
  }

  private synchronized void closed(PackiceBatch batch) {
    open.remove(batch);
  }

  private synchronized void loadAhead(int batches) {
    while (ahead.size() < batches && loadedRows < plan.end()) {
      Ahead next = new Ahead(loadedRows, (int) Math.min(plan.sizes.batchSize(), plan.end() - loadedRows));
      begin(next);
      loadedRows += next.rowCount;
      ahead.add(next);
    }
  }

  private void begin(Ahead batch) {
    try {
      plan.executor.execute(batch::load);
    } catch (RejectedExecutionException refused) {
      throw new IllegalStateException(
          "Cannot load a batch ahead: the executor that was given takes no more work; give one"
              + " that is not shut down, or none",
          refused);
    }
  }

  private long[] rows(long first, int count) {
    long[] rows = new long[count];
    plan.order.fill(rows, first);
    return rows;
  }

  private static LoadedBatch await(CompletableFuture<LoadedBatch> batch) {
    try {
      return batch.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Ends the loading. What nobody will take any more is given back, as soon as it is loaded; batches that were taken stay. */
  synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    ahead.forEach(Ahead::leave);
    ahead.clear();
    open.clear();
    parent.detachInternal(id);
    use.close();
  }

  /** Ends the epoch and the batches that are still open. */
  @Override
  public void close() {
    List<PackiceBatch> left;
    synchronized (this) {
      left = new ArrayList<>(open);
      stop();
    }
    left.forEach(PackiceBatch::close);
  }
}
