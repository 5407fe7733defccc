package io.packice.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** A batch that knows where in its epoch it stood, and that may be closed twice. */
final class PackiceBatch extends Batch {
  private final EpochToken after;
  private final Consumer<PackiceBatch> onClose;
  private final NDManager manager;
  private final AtomicBoolean closed = new AtomicBoolean();

  private PackiceBatch(NDManager manager, NDList data, NDList labels, LoadedBatch loaded, Batchifiers batchifiers,
      EpochToken after, long total, Consumer<PackiceBatch> onClose) {
    super(manager, data, labels, loaded.rows().length, batchifiers.data(), batchifiers.labels(), after.rows(), total,
        LongStream.of(loaded.rows()).boxed().toList());
    this.after = after;
    this.onClose = onClose;
    this.manager = manager;
  }

  /**
   * Makes arrays of what was loaded, and takes it over; if this throws, it was given back.
   *
   * @param parent the parent of the batch's manager
   * @param after where the epoch stands after this batch
   * @param total the rows of the epoch
   */
  static PackiceBatch open(NDManager parent, LoadedBatch loaded, Batchifiers batchifiers, EpochToken after, long total,
      Consumer<PackiceBatch> onClose) {
    try {
      NDManager manager = parent.newSubManager();
      try {
        return new PackiceBatch(manager, arrays(manager, loaded.features()), arrays(manager, loaded.labels()), loaded,
            batchifiers, after, total, onClose);
      } catch (Throwable failure) {
        manager.close(); // with the arrays that there are
        throw failure;
      }
    } catch (Throwable failure) {
      loaded.release(); // the memory that did not become arrays
      throw failure;
    }
  }

  private static NDList arrays(NDManager manager, List<LoadedBatch.Part> parts) {
    NDList arrays = new NDList(parts.size());
    parts.forEach(part -> arrays.add(part.array(manager)));
    return arrays;
  }

  EpochToken after() {
    return after;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      onClose.accept(this);
      manager.close();
    }
  }
}
