package io.packice.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of an open dataset one by one, for code of DJL's that needs its own kind of dataset. Valid while the dataset that it came of is open. */
final class RowDataset extends RandomAccessDataset {
  private final OpenDataset open;
  private final BatchLoader loader;

  private RowDataset(Builder builder, OpenDataset open) {
    super(builder);
    this.open = open;
    this.loader = open.rowLoader();
  }

  static RowDataset of(OpenDataset open, BatchSizes sizes, Order order) {
    return new RowDataset(new Builder().setSampling(sizes.batchSize(), !order.isSequential(), sizes.dropLast()), open);
  }

  @Override
  public Record get(NDManager manager, long index) {
    LoadedBatch row = loader.load(new long[] {open.rows().row(index)});
    try {
      return new Record(arrays(manager, row.features()), arrays(manager, row.labels()));
    } catch (Throwable failure) {
      row.release();
      throw failure;
    }
  }

  private static NDList arrays(NDManager manager, List<LoadedBatch.Part> parts) {
    NDList arrays = new NDList(parts.size());
    parts.forEach(part -> arrays.add(part.row(manager)));
    return arrays;
  }

  @Override
  protected long availableSize() {
    return open.rows().count();
  }

  @Override
  public void prepare(@Nullable Progress progress) {
    // it is open
  }

  private static final class Builder extends BaseBuilder<Builder> {
    @Override
    protected Builder self() {
      return this;
    }
  }
}
