package io.packice.jmh;

import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.ScanOptions;
import io.packice.arrow.TableWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
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
 * Claim: to open a table that another process holds and sum three of its columns costs what it costs to map a file with the same bytes and sum
 * them by hand (the floor), and a table that is kept open is summed as fast as a mapping that is kept. The rival, Arrow's own reader of the
 * same file, copies the bytes first. All three sum with the same loop.
 *
 * <pre>
 *   ./packice bench TableScan
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Quick("rows=2000000")
public class TableScanBenchmark {
  private static final String TABLE = "sales";

  /** Rows of 20 bytes. */
  @Param("10000000") public long rows;

  private long expected;
  private ServedMemory memory;
  private BufferAllocator allocator;
  private ArrowTables tables;
  private ArrowTable kept;
  private Path file;
  private IpcLayout layout;
  private Arena keptArena;
  private MemorySegment keptMapping;

  /** Writes the same batches as a table and as a file in memory. */
  @Setup
  public void write() throws IOException {
    expected = Sales.expectedSum(rows);
    allocator = new RootAllocator();
    memory = ServedMemory.start();
    tables = new ArrowTables(memory.client());
    file = memory.file("sales.arrow");
    try (TableWriter writer = tables.create(TABLE, Sales.SCHEMA);
        FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        VectorSchemaRoot shared = VectorSchemaRoot.create(Sales.SCHEMA, allocator);
        ArrowFileWriter fileWriter = new ArrowFileWriter(shared, null, out)) {
      for (long row = 0; row < rows; row += Sales.BATCH_ROWS) {
        try (VectorSchemaRoot batch = Sales.batch(row, (int) Math.min(Sales.BATCH_ROWS, rows - row), allocator)) {
          writer.write(batch);
          for (int i = 0; i < batch.getFieldVectors().size(); i++) {
            batch.getVector(i).makeTransferPair(shared.getVector(i)).splitAndTransfer(0, batch.getRowCount());
          }
          shared.setRowCount(batch.getRowCount());
          fileWriter.writeBatch();
        }
      }
      fileWriter.end();
      writer.commit();
    }
    kept = tables.open(TABLE);
    keptArena = Arena.ofShared();
    try (FileChannel in = FileChannel.open(file)) {
      layout = IpcLayout.of(in, allocator);
    }
    try (FileChannel in = FileChannel.open(file)) {
      keptMapping = in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), keptArena);
    }
  }

  /** Frees both. */
  @TearDown
  public void close() {
    keptArena.close();
    kept.close();
    memory.close();
    allocator.close();
  }

  private long sum(ArrowTable table, ScanOptions options) {
    long sum = 0;
    try (ArrowBatches batches = table.batches(allocator, options)) {
      while (batches.hasNext()) {
        sum += Sales.sum(batches.next());
      }
    }
    return Answer.mustBe(expected, sum);
  }

  private long sum(MemorySegment mapping) {
    long sum = 0;
    for (IpcLayout.Batch batch : layout.batches()) {
      sum += Sales.sum(mapping.asSlice(batch.ids()), mapping.asSlice(batch.prices()),
          mapping.asSlice(batch.quantities()), batch.rows());
    }
    return Answer.mustBe(expected, sum);
  }

  /** Opens the table, sums, closes. */
  @Benchmark
  public long packice() {
    try (ArrowTable table = tables.open(TABLE)) {
      return sum(table, ScanOptions.all());
    }
  }

  /** Opens the file, maps, sums, closes. */
  @Benchmark
  @ComparedTo("packice")
  public long floorMapping() throws IOException {
    try (Arena arena = Arena.ofShared(); FileChannel in = FileChannel.open(file)) {
      return sum(in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), arena));
    }
  }

  /** Opens the file, reads it batch after batch, sums, closes. */
  @Benchmark
  @ComparedTo("packice")
  public long rivalArrowFileReader() throws IOException {
    long sum = 0;
    try (FileChannel in = FileChannel.open(file); ArrowFileReader reader = new ArrowFileReader(in, allocator)) {
      while (reader.loadNextBatch()) {
        sum += Sales.sum(reader.getVectorSchemaRoot());
      }
    }
    return Answer.mustBe(expected, sum);
  }

  /** Sums a table that is open. */
  @Benchmark
  public long packiceKept() {
    return sum(kept, ScanOptions.all());
  }

  /** Sums a mapping that is there. */
  @Benchmark
  @ComparedTo("packiceKept")
  public long floorKeptMapping() {
    return sum(keptMapping);
  }
}
