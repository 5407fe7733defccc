package io.packice.jmh;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import io.packice.arrow.ArrowTables;
import io.packice.djl.PackiceDataset;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claims: a table is ready to train from in milliseconds, where a program that reads its data into an array and makes a tensor of that takes as
 * long as the copies do; and an epoch of batches of 256, shuffled, costs less than DJL's {@link ArrayDataset} takes to index its tensor, and
 * far less than samples that are stacked one by one. In order, both give views. The floors copy what is in mapped memory by FFM: for a
 * shuffled epoch all rows once, in order, into one buffer, and to be ready all of them into memory of their own. Nothing is computed with the batches; one number of each is looked at. Engine: PyTorch on the CPU.
 *
 * <pre>
 *   ./packice bench DatasetBenchmark
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
@Quick({"rows=20000", "engineThreads=1"})
public class DatasetBenchmark {
  private static final int BATCH_ROWS = 256;

  /** Rows of 784 floats and a long. */
  @Param("60000") public int rows;

  /** Of the engine: 1 is the better choice on few cores; "default" is as many as there are. */
  @Param({"1", "default"}) public String engineThreads = "1";

  private ServedMemory memory;
  private ArrowTables tables;
  private Path file;
  private NDManager manager;
  private PackiceDataset inOrder;
  private PackiceDataset shuffled;
  private NDArray pictures;
  private NDArray labels;
  private ArrayDataset arrayInOrder;
  private ArrayDataset arrayShuffled;
  private Dataset bySample;
  private Dataset bySampleInOrder;

  /** Writes the table and the file, and makes the datasets. */
  @Setup
  public void write() throws IOException, TranslateException {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.default_engine", "PyTorch");
    if (!engineThreads.equals("default")) {
      System.setProperty("ai.djl.pytorch.num_threads", engineThreads);
    }
    manager = Engine.getInstance().newBaseManager();
    memory = ServedMemory.start();
    tables = new ArrowTables(memory.client());
    Pictures.write(tables, "pictures", rows);
    file = memory.file("pictures.f32");
    Pictures.write(file, rows);
    inOrder = packiceDataset(false);
    shuffled = packiceDataset(true);
    pictures = manager.create(Pictures.read(file), new Shape(rows, Pictures.PIXELS));
    labels = manager.arange(0, rows, 1, DataType.INT64);
    arrayInOrder = arrayDataset(pictures, labels, false);
    arrayShuffled = arrayDataset(pictures, labels, true);
    bySample = new BySample.Builder(pictures, labels).setSampling(BATCH_ROWS, true).build();
    bySampleInOrder = new BySample.Builder(pictures, labels).setSampling(BATCH_ROWS, false).build();
  }

  /** Closes and frees all. */
  @TearDown
  public void close() {
    inOrder.close();
    shuffled.close();
    manager.close();
    memory.close();
  }

  private PackiceDataset packiceDataset(boolean shuffle) {
    return PackiceDataset.builder().setTable(memory.client(), "pictures").setFeatures("picture").optLabels("label")
        .setSampling(BATCH_ROWS, shuffle).build();
  }

  private static ArrayDataset arrayDataset(NDArray data, NDArray labels, boolean shuffle) {
    return new ArrayDataset.Builder().setData(data).optLabels(labels).setSampling(BATCH_ROWS, shuffle).build();
  }

  /** Goes once through all batches: each label must be that of its picture, and every row must come once. */
  private long epoch(Dataset dataset) throws IOException, TranslateException {
    long sum = 0;
    long seen = 0;
    for (Batch batch : dataset.getData(manager)) {
      try (batch) {
        long row = batch.getLabels().head().getLong(0);
        sum += Answer.mustBe(row, (long) batch.getData().head().getFloat(0, Pictures.PIXELS - 1));
        seen += batch.getSize();
      }
    }
    Answer.mustBe(rows, seen);
    return sum;
  }

  private long firstBatch(Dataset dataset) throws IOException, TranslateException {
    Batch batch = dataset.getData(manager).iterator().next();
    try (batch) {
      return Answer.mustBe(0, (long) batch.getData().head().getFloat(0, 0));
    }
  }

  /** From nothing to the first batch in hand. */
  @Benchmark
  public long packiceReady() throws IOException, TranslateException {
    try (PackiceDataset dataset = packiceDataset(false)) {
      return firstBatch(dataset);
    }
  }

  /** The same from a file in memory, by an array on the heap. */
  @Benchmark
  @ComparedTo("packiceReady")
  public long rivalArrayReady() throws IOException, TranslateException {
    try (NDManager own = manager.newSubManager()) {
      NDArray data = own.create(Pictures.read(file), new Shape(rows, Pictures.PIXELS));
      return firstBatch(arrayDataset(data, labels, false));
    }
  }

  /** Every byte copied once, from the file's mapping into memory that was just asked for. */
  @Benchmark
  @ComparedTo("packiceReady")
  public long floorCopyAll() throws IOException {
    try (Arena arena = Arena.ofConfined(); FileChannel in = FileChannel.open(file)) {
      MemorySegment from = in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), arena);
      MemorySegment to = arena.allocate(from.byteSize(), 64);
      to.copyFrom(from);
      return Answer.mustBe(rows - 1, (long) to.getAtIndex(ValueLayout.JAVA_FLOAT, rows * (long) Pictures.PIXELS - 1));
    }
  }

  /** An epoch in order. */
  @Benchmark
  public long packiceInOrder() throws IOException, TranslateException {
    return epoch(inOrder);
  }

  /** An epoch of the tensor in order. */
  @Benchmark
  @ComparedTo("packiceInOrder")
  public long rivalArrayInOrder() throws IOException, TranslateException {
    return epoch(arrayInOrder);
  }

  /** An epoch in order, sample by sample. */
  @Benchmark
  @ComparedTo("packiceInOrder")
  public long rivalBySampleInOrder() throws IOException, TranslateException {
    return epoch(bySampleInOrder);
  }

  /** A shuffled epoch. */
  @Benchmark
  public long packiceShuffled() throws IOException, TranslateException {
    return epoch(shuffled);
  }

  /** A shuffled epoch of the tensor. */
  @Benchmark
  @ComparedTo("packiceShuffled")
  public long rivalArrayShuffled() throws IOException, TranslateException {
    return epoch(arrayShuffled);
  }

  /** A shuffled epoch, sample by sample. */
  @Benchmark
  @ComparedTo("packiceShuffled")
  public long rivalBySampleShuffled() throws IOException, TranslateException {
    return epoch(bySample);
  }

  /** All rows copied once, in order, into one buffer. */
  @Benchmark
  @ComparedTo("packiceShuffled")
  public long floorCopy() throws IOException {
    long rowBytes = (long) Pictures.PIXELS * Float.BYTES;
    try (Arena arena = Arena.ofConfined(); FileChannel in = FileChannel.open(file)) {
      MemorySegment from = in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), arena);
      MemorySegment to = arena.allocate(BATCH_ROWS * rowBytes, 64);
      for (int row = 0; row < rows; row++) {
        MemorySegment.copy(from, row * rowBytes, to, row % BATCH_ROWS * rowBytes, rowBytes);
      }
      return Answer.mustBe(rows - 1, (long) to.getAtIndex(ValueLayout.JAVA_FLOAT,
          (long) ((rows - 1) % BATCH_ROWS) * Pictures.PIXELS));
    }
  }

  /** As most datasets are written: one sample after the other. */
  private static final class BySample extends RandomAccessDataset {
    private final NDArray data;
    private final NDArray labels;

    private BySample(Builder builder) {
      super(builder);
      this.data = builder.data;
      this.labels = builder.labels;
    }

    @Override
    public Record get(NDManager manager, long index) {
      NDArray picture = data.get(manager, index);
      NDArray label = labels.get(manager, index);
      return new Record(new NDList(picture), new NDList(label));
    }

    @Override
    protected long availableSize() {
      return data.getShape().get(0);
    }

    @Override
    public void prepare(@Nullable Progress progress) {
      // the data are there
    }

    static final class Builder extends BaseBuilder<Builder> {
      private final NDArray data;
      private final NDArray labels;

      Builder(NDArray data, NDArray labels) {
        this.data = data;
        this.labels = labels;
      }

      @Override
      protected Builder self() {
        return this;
      }

      BySample build() {
        return new BySample(this);
      }
    }
  }
}
