package io.packice.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import java.util.stream.LongStream;

/** A batch that gives its memory back when closed, and that may be closed twice. */
final class PackiceBatch extends Batch {
  private final BatchMemory memory;

  private PackiceBatch(BatchMemory memory, long[] rows, long progress, long total) {
    super(memory.manager(), memory.data(), memory.labels(), rows.length, Batchifier.STACK, Batchifier.STACK, progress,
        total,
        LongStream.of(rows).boxed().toList());
    this.memory = memory;
  }

  /** Makes tensors of what was loaded, and takes it over. */
  static PackiceBatch open(NDManager parent, LoadedBatch batch, long progress, long total) {
    return new PackiceBatch(BatchMemory.open(parent, batch), batch.rows(), progress, total);
  }

  @Override
  public void close() {
    memory.close();
  }
}
