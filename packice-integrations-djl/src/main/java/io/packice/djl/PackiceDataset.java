package io.packice.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import io.packice.PackiceClient;
import io.packice.arrow.memory.UseCount.Use;
import io.packice.djl.DatasetSettings.Writing;
import io.packice.djl.OpenDataset.Shard;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of a Packice peer as a DJL dataset: every process of the host trains from the same bytes, and none of them loads anything.
 * {@link io.packice.djl.samples.DigitsTraining} shows a whole training.
 *
 * <p><b>Batches.</b> Each {@link Column} becomes one array of shape (rows, the column's row shape), or two if it has a mask. Where rows of a batch
 * lie together in the table and nothing has to be converted, its array is a view of the shared memory: nothing is copied. Otherwise its rows are
 * gathered by one copy, with the conversion in it, into memory that closed batches left; background threads do that ahead of the training.
 *
 * <p><b>Memory is shared and read-only.</b> An operation in place, such as {@code muli}, on an array that is a view would write to it: on the batch's own
 * arrays it is an {@link UnsupportedOperationException}; on what was derived from them without a copy ({@code get}, {@code reshape}) the kernel
 * ends the process. {@link Builder#optWritableBatches} is for code that does so.
 *
 * <p><b>Lifetime.</b> Close batches, as {@code EasyTrain} does, and this dataset; the order does not matter, nor does the order in which
 * managers and the client are closed. The table stays leased and mapped until this dataset is closed and nothing of the engine refers to its memory
 * any more: not only the arrays of a batch, but also what was derived from them without a copy ({@code get}, {@code reshape}) and moved to
 * another manager. An array of a closed batch throws. A dataset that is collected without having been closed is closed then, and the log says where
 * it was made.
 *
 * <p><b>Epochs.</b> Every {@code getData} begins the next epoch, counted from 0. {@link #tokenAfter} gives what {@link #resume} needs to go on
 * after some batch, in another process, too.
 *
 * <p><b>Some of the rows.</b> {@link #filter}, {@link #split}, {@link #splitBy}, {@link #take} and {@link #skip} choose rows, and {@link #shard} deals
 * each epoch out to workers. Each gives a new dataset over the same open table, at epoch 0, which the caller closes, too.
 *
 * <p>Safe from any thread; each iterator belongs to one thread at a time.
 */
public final class PackiceDataset implements Dataset, AutoCloseable {
  private final DatasetSettings settings;
  private final Throwable creation = new Throwable("dataset of table made");
  private @Nullable OpenDataset opened; // guarded by this, like what follows
  private @Nullable LeakWatch watch;
  private long nextEpoch;
  private long startRows;
  private boolean closed;

  private PackiceDataset(DatasetSettings settings) {
    this.settings = settings;
  }

  /** A dataset of other rows; {@code opened} is its own from now on. */
  private PackiceDataset(DatasetSettings settings, OpenDataset opened) {
    this.settings = settings;
    adopt(opened);
  }

  private synchronized OpenDataset adopt(OpenDataset newlyOpened) {
    opened = newlyOpened;
    watch = new LeakWatch(this, "the dataset of table " + settings.table(), creation, newlyOpened::close);
    return newlyOpened;
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
   * Leases the table, in the version that is current now, and checks that its columns can be what is wanted. Does nothing if that was done before;
   * every other method does it if need be, and throws the same.
   *
   * @param progress not used: there is nothing to wait for
   * @throws io.packice.core.NotFoundException if there is no such table
   * @throws IllegalArgumentException if there is no such column, or it cannot become what is wanted
   * @throws IllegalStateException if this dataset or its client is closed
   */
  @Override
  public void prepare(@Nullable Progress progress) {
    OpenDataset _ = open();
  }

  private synchronized OpenDataset open() {
    if (closed) {
      throw new IllegalStateException("Cannot read " + settings.table() + ": the dataset is closed; build a new one");
    }
    return opened != null ? opened : adopt(OpenDataset.open(settings));
  }

  /**
   * Begins the next epoch.
   *
   * @param manager the parent of every batch's manager; closed, it ends the epoch and its batches
   * @return the batches, in the same order for each of its iterators; the caller closes each batch, and those still open when {@code hasNext}
   *     says false are closed then, as by DJL's own datasets
   * @throws IllegalArgumentException if the order needs a column that is not there, or cannot order by its values
   * @throws IllegalStateException if this dataset is closed
   */
  @Override
  public Iterable<Batch> getData(NDManager manager) {
    return epoch(manager, settings.loaders(), settings.prefetch());
  }

  /**
   * Begins the next epoch, with others to load its batches ahead.
   *
   * @param manager the parent of every batch's manager; closed, it ends the epoch and its batches
   * @param executorService who loads; null for this dataset's own threads. A batch that nobody has begun to load when it is asked for, the caller loads
   * @return the batches, as from {@link #getData(NDManager)}; their iterator throws {@link IllegalStateException} when the executor takes no more work
   * @throws IllegalStateException if this dataset is closed
   */
  @Override
  public Iterable<Batch> getData(NDManager manager, @Nullable ExecutorService executorService) {
    return epoch(manager, executorService == null ? settings.loaders() : executorService, settings.prefetch());
  }

  private synchronized Iterable<Batch> epoch(NDManager manager, Executor executor, int prefetch) {
    Objects.requireNonNull(manager, "manager");
    OpenDataset open = open();
    Epoch.Plan plan = new Epoch.Plan(open.order(nextEpoch), open.token(nextEpoch, startRows), settings.sizes(),
        settings.batchifiers(), executor, prefetch);
    nextEpoch++;
    startRows = 0;
    return () -> new BatchIterator(Epoch.begin(open.epochLoader(), plan, manager));
  }

  /**
   * How many rows an epoch has, of which it leaves out less than a batch if the last one is dropped.
   *
   * @return rows
   * @throws IllegalStateException if this dataset is closed
   */
  public long size() {
    return open().epochRows();
  }

  /**
   * Where a training stands that has done with a batch. In an {@code EasyTrain.fit}, a {@code TrainingListener} has the batch from
   * {@code BatchData.getBatch()}.
   *
   * @param batch a batch of any Packice dataset, open or closed
   * @return what {@link #resume} takes
   * @throws IllegalArgumentException if it is somebody else's batch
   */
  public static EpochToken tokenAfter(Batch batch) {
    if (batch instanceof PackiceBatch ours) {
      return ours.after();
    }
    throw new IllegalArgumentException("Cannot tell where a " + batch.getClass().getName()
        + " stood in its epoch; give a batch as PackiceDataset handed it out");
  }

  /**
   * Lets the next epoch be what is left of the one that a token stands in; the epochs after it follow as they would have. The batch size may differ.
   *
   * @param token from a dataset with the same number of rows, order, seed and shard, in whichever process
   * @throws IllegalArgumentException if it is from a dataset of another order
   * @throws IllegalStateException if this dataset is closed
   */
  public synchronized void resume(EpochToken token) {
    OpenDataset open = open();
    if (open.token(0, 0).order() != token.order()) {
      throw new IllegalArgumentException("Cannot resume " + settings.table() + " at " + token + ": this dataset has "
          + open.rows().count() + (open.rows().count() == 1 ? " row" : " rows") + ", order " + settings.order()
          + ", seed " + settings.seed() + ", " + open.shard()
          + ", the token's had others; build the dataset as it was then");
    }
    boolean over = token.rows() >= settings.sizes().visitedRows(open.epochRows());
    nextEpoch = over ? token.epoch() + 1 : token.epoch();
    startRows = over ? 0 : token.rows();
  }

  /**
   * The rows that fulfil a condition, which is asked once for each row, now.
   *
   * @param condition looks at a row; it must not keep it
   * @return a dataset of these rows; the caller closes it
   * @throws IllegalArgumentException if the condition asks for a column that is not there
   * @throws IllegalStateException if this dataset is closed
   */
  public PackiceDataset filter(Predicate<Row> condition) {
    OpenDataset open = open();
    try (Use _ = open.use().another()) { // the condition may take long, and somebody close the dataset
      TableRow row = new TableRow(open.table());
      return with(open, open.rows().filter(index -> condition.test(row.at(index))));
    }
  }

  /**
   * The first rows.
   *
   * @param rows how many, 0 or more; all if there are fewer
   * @return a dataset of these rows; the caller closes it
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if this dataset is closed
   */
  public PackiceDataset take(long rows) {
    requireNotNegative("take", rows);
    OpenDataset open = open();
    return with(open, open.rows().range(0, Math.min(rows, open.rows().count())));
  }

  /**
   * All but the first rows.
   *
   * @param rows how many are left out, 0 or more
   * @return a dataset of the others; the caller closes it
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if this dataset is closed
   */
  public PackiceDataset skip(long rows) {
    requireNotNegative("skip", rows);
    OpenDataset open = open();
    return with(open, open.rows().range(Math.min(rows, open.rows().count()), open.rows().count()));
  }

  private static void requireNotNegative(String verb, long rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("Cannot " + verb + " " + rows + " rows; give 0 or more");
    }
  }

  /**
   * Splits the rows at random, by the seed alone: the same rows fall to the same part each time, in whichever process. Each part has its rows in the
   * order of the table.
   *
   * @param shares the parts' sizes in proportion to each other, such as 0.8 and 0.2
   * @return a dataset for each share, with each row in exactly one of them; the caller closes them
   * @throws IllegalArgumentException if there is no share, one is negative or not a number, or all are 0
   * @throws IllegalStateException if this dataset is closed
   */
  public List<PackiceDataset> split(double... shares) {
    OpenDataset open = open();
    return split(open, Splits.atRandom(open.rows(), settings.seed(), shares));
  }

  /**
   * Splits the rows by a column: rows of equal value fall to the same part, such as all pictures of one patient. Which part that is follows from
   * value and seed alone, so rows that are added later move nobody; the parts' sizes are met about as well as values are many.
   *
   * @param column the column's name; batches need not have it
   * @param shares the parts' sizes in proportion to each other
   * @return a dataset for each share, with each row in exactly one of them; the caller closes them
   * @throws IllegalArgumentException if there is no such column or no share, a share is negative or not a number, or all are 0
   * @throws IllegalStateException if this dataset is closed
   */
  public List<PackiceDataset> splitBy(String column, double... shares) {
    OpenDataset open = open();
    try (Use _ = open.use().another()) {
      TableRow row = new TableRow(open.table());
      return split(open, Splits.byValue(open.rows(), index -> row.at(index).key(column), settings.seed(), shares));
    }
  }

  private List<PackiceDataset> split(OpenDataset open, List<RowSet> parts) {
    List<PackiceDataset> datasets = new ArrayList<>();
    try {
      parts.forEach(part -> datasets.add(with(open, part)));
    } catch (Throwable failure) {
      datasets.forEach(PackiceDataset::close);
      throw failure;
    }
    return List.copyOf(datasets);
  }

  /**
   * What one of several workers trains from: each epoch's order is cut into {@code count} stretches, and it gets the {@code index}-th. Workers with the
   * same rows, order and seed have each row in exactly one of them in each epoch, and other rows in the next epoch if the order is shuffled. They
   * have equally many rows, or some one more. Rows that lie together stay together: batches of a sequential order are views for each worker.
   *
   * @param index which worker, from 0
   * @param count how many workers
   * @return a dataset of this worker's rows; the caller closes it
   * @throws IllegalArgumentException if the index is not one of 0 to {@code count - 1}
   * @throws IllegalStateException if this dataset is closed
   */
  public PackiceDataset shard(int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "Cannot take shard " + index + " of " + count + "; count from 0 to one less than there are");
    }
    OpenDataset open = open();
    return new PackiceDataset(settings, open.with(open.rows(), open.shard().of(index, count)));
  }

  /**
   * What a transform makes of this dataset's rows, kept as a table beside the others: the first process of the host to ask computes it, in the order of
   * the rows, and others wait for that one and then map what it has made; if it fails or dies, another takes its place. Asking again, in whichever
   * process, finds the table. It is an ordinary table, named {@code TABLE.mapped-} and a hash of this version of the table, the rows, the
   * columns and the key; drop it when it is not needed any more.
   *
   * @param key names the transform, and the functions of columns: change it whenever they change
   * @param transform what to compute of each batch
   * @return a dataset of the results, with this one's sampling, order and seed; the caller closes it. An order by a column finds only the columns
   *     of the results, {@code data0} and so on and {@code label0} and so on
   * @throws io.packice.core.CapacityExceededException if the results do not fit
   * @throws IllegalArgumentException if the transform does not give a row for each row, or other shapes or types than for the batch before
   * @throws IllegalStateException if this dataset or its client is closed, or it is a shard, or this thread is interrupted while another computes
   */
  public PackiceDataset mapped(String key, BatchTransform transform) {
    OpenDataset open = open();
    requireWhole(open);
    String hash = HexFormat.of().toHexDigits(Fingerprint.of(open.table().table().fingerprint(), open.rows().describe(),
        settings.features(), "labels", settings.labels(), key));
    MappedTable table = new MappedTable(settings.client(), settings.table() + ".mapped-" + hash);
    DatasetSettings inSequence = settings.with(Order.sequential());
    try (PackiceDataset batches = new PackiceDataset(inSequence, open.with(inSequence))) {
      table.make(batches, transform);
    }
    return new PackiceDataset(settings.with(table.name(), table.features(), table.labels()));
  }

  /**
   * The same rows one by one, for code that needs DJL's own kind of dataset: its batches are stacked by DJL, row by row, which is slower; its sampling
   * is this one's, sequential or shuffled, and not seeded. With {@link Builder#optWritableBatches}, each row that is asked for is a copy. A row that this
   * dataset does not have, by whichever sampler, is an {@link IndexOutOfBoundsException}.
   *
   * @return a dataset that is valid until this one is closed; nothing of its own needs closing
   * @throws IllegalStateException if this dataset is closed, or is a shard
   */
  public RandomAccessDataset asRandomAccess() {
    OpenDataset open = open();
    requireWhole(open);
    return RowDataset.of(open, settings.sizes(), settings.order());
  }

  private PackiceDataset with(OpenDataset open, RowSet rows) {
    requireWhole(open);
    return new PackiceDataset(settings, open.with(rows, Shard.WHOLE));
  }

  private void requireWhole(OpenDataset open) {
    if (!open.shard().equals(Shard.WHOLE)) {
      throw new IllegalStateException(
          "Cannot choose rows of a shard of " + settings.table() + ", which has others in each epoch; shard last");
    }
  }

  /** Ends this dataset's use of the table. Batches that are open stay valid, and epochs that have begun go on to their end. */
  @Override
  public synchronized void close() {
    closed = true;
    if (watch != null) {
      watch.close();
    }
  }

  /**
   * Describes a dataset. {@code set…} methods are required, {@code opt…} and {@code add…} methods are not, except that a dataset has a feature. For
   * one thread.
   */
  public static final class Builder {
    private @Nullable PackiceClient client;
    private String table = "";
    private List<Column> features = new ArrayList<>();
    private List<Column> labels = new ArrayList<>();
    private @Nullable DataType featureType;
    private @Nullable DataType labelType;
    private @Nullable Double featureScale;
    private @Nullable BatchSizes sizes;
    private boolean random;
    private @Nullable Order order;
    private long seed;
    private Writing writing = Writing.NEVER;
    private int prefetch = 2;
    private int threads = 1;
    private Batchifiers batchifiers = Batchifiers.ROWS;

    private Builder() {
    }

    /**
     * Sets the table.
     *
     * @param newClient the connection to the peer that has it; it stays the caller's, and may be closed as soon as the dataset was prepared
     * @param name the table's name
     * @return this builder
     */
    public Builder setTable(PackiceClient newClient, String name) {
      client = Objects.requireNonNull(newClient, "client");
      table = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Sets the columns that the model gets, read as {@link Column#of} does.
     *
     * @param columns their names; each becomes one array of the batch's data
     * @return this builder
     */
    public Builder setFeatures(String... columns) {
      features = new ArrayList<>(Stream.of(columns).map(Column::of).toList());
      return this;
    }

    /**
     * Adds a column that the model gets.
     *
     * @param column which, and how it is read
     * @return this builder
     */
    public Builder addFeature(Column column) {
      features.add(Objects.requireNonNull(column));
      return this;
    }

    /**
     * Sets the columns that the loss gets, read as {@link Column#of} does.
     *
     * @param columns their names; each becomes one array of the batch's labels. None by default
     * @return this builder
     */
    public Builder optLabels(String... columns) {
      labels = new ArrayList<>(Stream.of(columns).map(Column::of).toList());
      return this;
    }

    /**
     * Adds a column that the loss gets.
     *
     * @param column which, and how it is read
     * @return this builder
     */
    public Builder addLabel(Column column) {
      labels.add(Objects.requireNonNull(column));
      return this;
    }

    /**
     * Sets batch size and order; a smaller last batch is kept.
     *
     * @param batchSize rows in a batch, at least 1
     * @param shuffle whether each epoch has an order of its own: {@link Order#shuffled}, else {@link Order#sequential}
     * @return this builder
     * @throws IllegalArgumentException if the batch size is less than 1
     */
    public Builder setSampling(int batchSize, boolean shuffle) {
      return setSampling(batchSize, shuffle, false);
    }

    /**
     * Sets batch size and order.
     *
     * @param batchSize rows in a batch, at least 1
     * @param shuffle whether each epoch has an order of its own: {@link Order#shuffled}, else {@link Order#sequential}
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
     * Sets another order than {@code setSampling} knows.
     *
     * @param newOrder the order
     * @return this builder
     */
    public Builder optOrder(Order newOrder) {
      order = newOrder;
      return this;
    }

    /**
     * Sets what orders and splits follow from.
     *
     * @param newSeed any number; 0 by default
     * @return this builder
     */
    public Builder optSeed(long newSeed) {
      seed = newSeed;
      return this;
    }

    /**
     * Multiplies the features that say no scale of their own ({@link Column#withScale}), which makes them FLOAT32 unless a type is asked for. Ids of
     * text and of tokens, and what becomes one-hot, stay as they are.
     *
     * @param factor such as {@code 1f / 255} for the bytes of pictures
     * @return this builder
     * @throws IllegalArgumentException if it is infinite or not a number
     */
    public Builder optScale(float factor) {
      Column.requireFinite(factor, "the features");
      featureScale = (double) factor;
      return this;
    }

    /**
     * Converts the features that say no type of their own.
     *
     * @param type a type that {@link Column#withType} takes
     * @return this builder
     */
    public Builder optFeatureType(DataType type) {
      featureType = type;
      return this;
    }

    /**
     * Converts the labels that say no type of their own.
     *
     * @param type a type that {@link Column#withType} takes
     * @return this builder
     */
    public Builder optLabelType(DataType type) {
      labelType = type;
      return this;
    }

    /**
     * Lets batches be changed in place. They are still views where they can be, but copy-on-write ones: a page that is written becomes a private
     * copy, which nobody else sees, and which ends with the epoch.
     *
     * @return this builder
     */
    public Builder optWritableBatches() {
      writing = Writing.COPY_ON_WRITE;
      return this;
    }

    /**
     * Sets how far ahead batches are loaded.
     *
     * @param batches how many, 0 or more; 2 by default
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder optPrefetchNumber(int batches) {
      requireNotNegative("load", batches, "batches ahead");
      prefetch = batches;
      return this;
    }

    /**
     * Sets how many threads load batches ahead, where the caller of {@code getData} brings none (in a training,
     * {@code DefaultTrainingConfig.optExecutorService} does).
     *
     * @param newThreads how many; 1 by default, and with 0 whoever takes a batch loads it
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder optThreads(int newThreads) {
      requireNotNegative("load on", newThreads, "threads");
      threads = newThreads;
      return this;
    }

    private static void requireNotNegative(String verb, int number, String what) {
      if (number < 0) {
        throw new IllegalArgumentException("Cannot " + verb + " " + number + " " + what + "; choose 0 or more");
      }
    }

    /**
     * Sets what splits the data of a batch between devices.
     *
     * @param batchifier by default one that splits between rows
     * @return this builder
     */
    public Builder optDataBatchifier(Batchifier batchifier) {
      batchifiers = new Batchifiers(batchifier, batchifiers.labels());
      return this;
    }

    /**
     * Sets what splits the labels of a batch between devices.
     *
     * @param batchifier by default one that splits between rows
     * @return this builder
     */
    public Builder optLabelBatchifier(Batchifier batchifier) {
      batchifiers = new Batchifiers(batchifiers.data(), batchifier);
      return this;
    }

    /**
     * Makes the dataset. Nothing is leased yet.
     *
     * @return the dataset; the caller closes it
     * @throws IllegalStateException if the table, a feature or the sampling was not set
     */
    public PackiceDataset build() {
      if (client == null || features.isEmpty() || sizes == null) {
        throw new IllegalStateException("Cannot build a dataset without "
            + (client == null ? "a table: call setTable" : features.isEmpty() ? "features: call setFeatures"
                : "a batch size: call setSampling"));
      }
      Order chosen = order != null ? order : random ? Order.shuffled() : Order.sequential();
      return new PackiceDataset(new DatasetSettings(client, table,
          features.stream().map(column -> column.withDefaults(featureType, featureScale)).toList(),
          labels.stream().map(column -> column.withDefaults(labelType, null)).toList(), sizes, chosen, seed, writing,
          threads == 0 ? 0 : prefetch, Loaders.of(prefetch == 0 ? 0 : threads), batchifiers));
    }
  }
}
