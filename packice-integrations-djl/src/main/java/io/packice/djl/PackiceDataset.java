package io.packice.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.util.Progress;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.FixedWidthColumn;
import io.packice.djl.BatchLoader.Views;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A table of a Packice peer as a DJL dataset: every process of the host trains from the same bytes, and none of them loads anything.
 * {@link io.packice.djl.samples.DigitsTraining} shows a whole training.
 *
 * <p><b>Batches.</b> Each column becomes one tensor of shape (rows, the column's row shape). In sequence and unconverted, a batch is a view
 * of the shared memory: nothing is copied. Shuffled, converted, or across two of the table's record batches, its rows are gathered by one
 * copy, with the conversion in it, into memory that closed batches left.
 *
 * <p><b>Memory is shared and read-only.</b> An operation in place, such as {@code muli}, on a tensor that is a view would write to it, and
 * the kernel ends the process: {@link Builder#optWritableBatches} is for code that does so.
 *
 * <p><b>Lifetime.</b> Close batches, as {@code EasyTrain} does, and this dataset; the order does not matter, nor does the order in which
 * managers and the client are closed: the table stays leased and mapped until the dataset and the last of its batches are closed, and a
 * tensor of a closed batch throws. A tensor that was moved to another manager ({@code attach}, {@code detach}) keeps its memory.
 * What was <em>derived</em> from it without a copy ({@code get}, {@code reshape}, {@code transpose}) does not, once it is moved:
 * {@code duplicate()} what shall outlive its batch.
 *
 * <p><b>Epochs.</b> Every {@code getData} begins the next epoch, counted from 0. The order of a shuffled epoch follows from seed, epoch and
 * row count alone, on every machine.
 *
 * <p>Safe from any thread; each iterator belongs to one thread at a time.
 */
public final class PackiceDataset implements Dataset, AutoCloseable {
  private final PackiceClient client;
  private final String table;
  private final List<String> features;
  private final List<String> labels;
  private final @Nullable DataType featureType;
  private final @Nullable DataType labelType;
  private final double featureScale;
  private final BatchSizes sizes;
  private final boolean random;
  private final long seed;
  private final Views views;
  private final int prefetch;

  private @Nullable BatchLoader prepared;
  private long nextEpoch;
  private boolean closed;

  private PackiceDataset(Builder builder, PackiceClient client, BatchSizes sizes) {
    this.client = client;
    this.sizes = sizes;
    this.table = builder.table;
    this.features = builder.features;
    this.labels = builder.labels;
    this.featureType = builder.featureType;
    this.labelType = builder.labelType;
    this.featureScale = builder.featureScale;
    this.random = builder.random;
    this.seed = builder.seed;
    this.views = builder.views;
    this.prefetch = builder.prefetch;
  }

  /**
   * Starts to describe a dataset.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Leases the table, in the version that is current now, and checks that its columns can be tensors. Does nothing if that was done before;
   * {@link #getData} does it if need be.
   *
   * @param progress not used: there is nothing to wait for
   * @throws io.packice.core.NotFoundException if there is no such table
   * @throws IllegalArgumentException if there is no such column, or it cannot become a tensor of the wanted type
   * @throws IllegalStateException if this dataset or its client is closed
   */
  @Override
  public void prepare(@Nullable Progress progress) {
    loader();
  }

  /**
   * Begins the next epoch.
   *
   * @param manager the parent of every batch's manager; closed, it ends the epoch and its batches
   * @return the batches, in the same order for each of its iterators; the caller closes each batch, and those still open when {@code hasNext}
   *     says false are closed then, as by DJL's own datasets
   * @throws IllegalStateException if this dataset is closed
   */
  @Override
  public Iterable<Batch> getData(NDManager manager) {
    return getData(manager, null);
  }

  /**
   * Begins the next epoch, with others to load its batches ahead.
   *
   * @param manager the parent of every batch's manager; closed, it ends the epoch and its batches
   * @param executorService who loads; null for the thread that takes the batches
   * @return the batches, as from {@link #getData(NDManager)}
   * @throws IllegalStateException if this dataset is closed
   */
  @Override
  public Iterable<Batch> getData(NDManager manager, @Nullable ExecutorService executorService) {
    BatchLoader loader = loader();
    RowOrder order = order(loader.rowCount());
    return () -> executorService == null
        ? new BatchIterator(loader, order, sizes, manager, Runnable::run, 0)
        : new BatchIterator(loader, order, sizes, manager, executorService, prefetch);
  }

  /**
   * How many rows the table has.
   *
   * @return rows, of which an epoch leaves out less than a batch if the last one is dropped
   * @throws IllegalStateException if this dataset is closed
   */
  public long size() {
    return loader().rowCount();
  }

  private synchronized RowOrder order(long rowCount) {
    long epoch = nextEpoch++;
    return random ? RowOrder.shuffled(rowCount, seed, epoch) : RowOrder.sequential(rowCount);
  }

  private synchronized BatchLoader loader() {
    if (closed) {
      throw new IllegalStateException("Cannot read " + table + ": the dataset is closed; build a new one");
    }
    if (prepared == null) {
      ArrowTable opened = new ArrowTables(client).open(table);
      try {
        prepared = loader(opened);
      } catch (Throwable failure) {
        opened.close();
        throw failure;
      }
    }
    return prepared;
  }

  private BatchLoader loader(ArrowTable opened) {
    return new BatchLoader(TableShare.first(opened::close),
        features.stream().map(name -> column(opened, name, featureType, featureScale)).toList(),
        labels.stream().map(name -> column(opened, name, labelType, 1)).toList(), sizes.batchSize(), prefetch + 2,
        views);
  }

  private static TensorColumn column(ArrowTable opened, String name, @Nullable DataType type, double scale) {
    FixedWidthColumn column = opened.column(name);
    ElementType element = ElementType.of(column.elementType(), name);
    return new TensorColumn(column.chunks(), column.rowShape(), Conversion.of(element, type, scale, name));
  }

  /** Gives up this dataset's share of the table. Batches that are open stay valid, and epochs that have begun go on to their end. */
  @Override
  public synchronized void close() {
    closed = true;
    if (prepared != null) {
      prepared.table().close();
    }
  }

  /**
   * Describes a dataset. {@code set…} methods are required, {@code opt…} methods are not. For one thread.
   */
  public static final class Builder {
    private @Nullable PackiceClient client;
    private String table = "";
    private List<String> features = List.of();
    private List<String> labels = List.of();
    private @Nullable DataType featureType;
    private @Nullable DataType labelType;
    private double featureScale = 1;
    private @Nullable BatchSizes sizes;
    private boolean random;
    private long seed;
    private Views views = Views.ALLOWED;
    private int prefetch = 2;

    private Builder() {
    }

    /**
     * Sets the table.
     *
     * @param newClient the connection to the peer that has it; it stays the caller's, and may be closed before the dataset
     * @param name the table's name
     * @return this builder
     */
    public Builder setTable(PackiceClient newClient, String name) {
      client = newClient;
      table = name;
      return this;
    }

    /**
     * Sets the columns that the model gets.
     *
     * @param columns their names, at least one; each becomes one array of the batch's data
     * @return this builder
     */
    public Builder setFeatures(String... columns) {
      features = List.of(columns);
      return this;
    }

    /**
     * Sets the columns that the loss gets.
     *
     * @param columns their names; each becomes one array of the batch's labels. None by default
     * @return this builder
     */
    public Builder optLabels(String... columns) {
      labels = List.of(columns);
      return this;
    }

    /**
     * Sets batch size and order; a smaller last batch is kept.
     *
     * @param batchSize rows in a batch, at least 1
     * @param shuffle whether each epoch has an order of its own
     * @return this builder
     */
    public Builder setSampling(int batchSize, boolean shuffle) {
      return setSampling(batchSize, shuffle, false);
    }

    /**
     * Sets batch size and order.
     *
     * @param batchSize rows in a batch, at least 1
     * @param shuffle whether each epoch has an order of its own
     * @param dropLast whether a last batch of fewer rows is left out
     * @return this builder
     * @throws IllegalArgumentException if the batch size is less than 1
     */
    public Builder setSampling(int batchSize, boolean shuffle, boolean dropLast) {
      sizes = new BatchSizes(batchSize, dropLast);
      random = shuffle;
      return this;
    }

    /**
     * Sets what shuffled orders follow from.
     *
     * @param newSeed any number; 0 by default
     * @return this builder
     */
    public Builder optSeed(long newSeed) {
      seed = newSeed;
      return this;
    }

    /**
     * Multiplies the features, which makes them FLOAT32 unless {@link #optFeatureType} says otherwise.
     *
     * @param factor such as {@code 1f / 255} for the bytes of pictures
     * @return this builder
     */
    public Builder optScale(float factor) {
      featureScale = factor;
      return this;
    }

    /**
     * Converts the features.
     *
     * @param type FLOAT32, FLOAT64, INT32, INT64, or the columns' own
     * @return this builder
     */
    public Builder optFeatureType(DataType type) {
      featureType = type;
      return this;
    }

    /**
     * Converts the labels.
     *
     * @param type FLOAT32, FLOAT64, INT32, INT64, or the columns' own
     * @return this builder
     */
    public Builder optLabelType(DataType type) {
      labelType = type;
      return this;
    }

    /**
     * Makes every batch a copy of its own, for code that changes its input in place.
     *
     * @return this builder
     */
    public Builder optWritableBatches() {
      views = Views.FORBIDDEN;
      return this;
    }

    /**
     * Sets how far ahead batches are loaded, if somebody is there to do it: the executor that {@code getData} was given, which in a training
     * is {@code DefaultTrainingConfig.optExecutorService}.
     *
     * @param batches how many, 0 or more; 2 by default
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder optPrefetchNumber(int batches) {
      if (batches < 0) {
        throw new IllegalArgumentException("Cannot load " + batches + " batches ahead; choose 0 or more");
      }
      prefetch = batches;
      return this;
    }

    /**
     * Makes the dataset. Nothing is leased yet.
     *
     * @return the dataset; the caller closes it
     * @throws IllegalStateException if the table, the features or the sampling was not set
     */
    public PackiceDataset build() {
      if (client == null || features.isEmpty() || sizes == null) {
        throw new IllegalStateException("Cannot build a dataset without "
            + (client == null ? "a table: call setTable" : features.isEmpty() ? "features: call setFeatures"
                : "a batch size: call setSampling"));
      }
      return new PackiceDataset(this, client, sizes);
    }
  }
}
