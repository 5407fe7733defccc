package io.packice.jmh;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.parquet.WriteOptions;
import io.packice.core.AcquireRequest.IfExists;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.dataset.scanner.Scanner;
import org.apache.arrow.dataset.source.Dataset;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
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
 * Claim: Parquet is in a shared table, statistics included, before parquet-java's rows (the rival that a JVM has, with Hadoop on the class
 * path) have filled vectors of one process. The reference is {@code arrow-dataset} 18.3.0, the C++ reader behind JNI that Arrow's Java
 * releases no longer carry, which fills vectors of one process too, on as many threads as there are cores. Both rivals sum the values that they
 * read; ours is summed once at the start.
 *
 * <pre>
 *   ./packice bench ParquetImport
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
@Quick({"rows=500000", "codec=ZSTD"})
public class ParquetImportBenchmark {
  private static final int BATCH_ROWS = 1 << 16;

  /** Rows of a long, a double and an int. */
  @Param("2000000") public int rows;

  /** Of the file's pages. */
  @Param({"UNCOMPRESSED", "ZSTD"}) public WriteOptions.Codec codec = WriteOptions.Codec.ZSTD;

  private long expected;
  private ServedMemory memory;
  private BufferAllocator allocator;
  private ArrowTables tables;
  private Path file;

  /** Writes the file, and sees that our import of it is right. */
  @Setup
  public void write() throws IOException {
    expected = Sales.expectedSum(rows);
    allocator = new RootAllocator();
    memory = ServedMemory.start();
    tables = new ArrowTables(memory.client());
    file = memory.file("sales.parquet");
    try (TableWriter writer = tables.create("source", Sales.SCHEMA)) {
      for (int row = 0; row < rows; row += BATCH_ROWS) {
        try (VectorSchemaRoot batch = Sales.batch(row, Math.min(BATCH_ROWS, rows - row), allocator)) {
          writer.write(batch);
        }
      }
      writer.commit();
    }
    try (ArrowTable source = tables.open("source");
        FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ParquetExport.of(source).withOptions(WriteOptions.defaults().withCodec(codec)).into(out);
    }
    packice();
    try (ArrowTable imported = tables.open("imported")) {
      Answer.mustBe(expected, imported.stream(allocator, io.packice.arrow.ScanOptions.all(), Sales::sum)
          .mapToLong(Long::longValue).sum());
    }
  }

  /** Frees all. */
  @TearDown
  public void close() {
    memory.close();
    allocator.close();
  }

  /** A table in shared memory, in the place of the one before. */
  @Benchmark
  public long packice() throws IOException {
    return Answer.mustBe(rows, TableImport.of(ParquetFormat.standard(), List.of(file))
        .withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE)).into(tables, "imported")
        .rowCount());
  }

  /** Row objects, whose values are put into vectors. */
  @Benchmark
  @ComparedTo("packice")
  public long rivalParquetGroups() throws IOException {
    long sum = 0;
    try (ParquetReader<Group> reader = new Groups(new LocalInputFile(file)).build();
        VectorSchemaRoot batch = VectorSchemaRoot.create(Sales.SCHEMA, allocator)) {
      BigIntVector ids = (BigIntVector) batch.getVector("id");
      Float8Vector prices = (Float8Vector) batch.getVector("price");
      IntVector quantities = (IntVector) batch.getVector("quantity");
      ids.allocateNew(BATCH_ROWS);
      prices.allocateNew(BATCH_ROWS);
      quantities.allocateNew(BATCH_ROWS);
      int filled = 0;
      for (Group group = reader.read(); group != null; group = reader.read()) {
        ids.set(filled, group.getLong(0, 0));
        prices.set(filled, group.getDouble(1, 0));
        quantities.set(filled, group.getInteger(2, 0));
        filled++;
        if (filled == BATCH_ROWS) {
          batch.setRowCount(filled);
          sum += Sales.sum(batch);
          filled = 0;
        }
      }
      batch.setRowCount(filled);
      sum += Sales.sum(batch);
    }
    return Answer.mustBe(expected, sum);
  }

  /** Vectors filled by C++. */
  @Benchmark
  @ComparedTo("packice")
  @SuppressWarnings("try") // what is closed could be interrupted, says its signature
  public long rivalArrowDataset() throws Exception {
    long sum = 0;
    try (FileSystemDatasetFactory factory = new FileSystemDatasetFactory(allocator, NativeMemoryPool.getDefault(),
        FileFormat.PARQUET, file.toUri().toString());
        Dataset dataset = factory.finish();
        Scanner scanner = dataset.newScan(new ScanOptions(BATCH_ROWS));
        ArrowReader reader = scanner.scanBatches()) {
      while (reader.loadNextBatch()) {
        sum += Sales.sum(reader.getVectorSchemaRoot());
      }
    }
    return Answer.mustBe(expected, sum);
  }

  /** parquet-java's own row objects. */
  private static final class Groups extends ParquetReader.Builder<Group> {
    Groups(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
