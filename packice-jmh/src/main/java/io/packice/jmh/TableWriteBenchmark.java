package io.packice.jmh;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
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
 * Claim: to write a table, its statistics included, takes little longer than to write the same buffers to a new file in memory and nothing
 * else (the floor), and no longer than Arrow's own writer takes for a file in memory (the rival), which computes no statistics. Every method
 * writes the same batch again and again and removes what it wrote.
 *
 * <pre>
 *   ./packice bench TableWrite
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Quick("rows=2000000")
public class TableWriteBenchmark {
  /** Rows of 20 bytes. */
  @Param("10000000") public long rows;

  private ServedMemory memory;
  private BufferAllocator allocator;
  private ArrowTables tables;
  private VectorSchemaRoot batch;
  private Path file;

  /** Makes the batch. */
  @Setup
  public void fill() throws IOException {
    allocator = new RootAllocator();
    memory = ServedMemory.start();
    tables = new ArrowTables(memory.client());
    batch = Sales.batch(0, (int) Math.min(Sales.BATCH_ROWS, rows), allocator);
    file = memory.file("sales.arrow");
  }

  /** Frees it. */
  @TearDown
  public void close() {
    batch.close();
    memory.close();
    allocator.close();
  }

  private long batches() {
    return rows / batch.getRowCount();
  }

  private long expectedRows() {
    return batches() * batch.getRowCount();
  }

  /** A table with its statistics, visible to everybody at the end. */
  @Benchmark
  public long packice() {
    long written;
    try (TableWriter writer = tables.create("sales", Sales.SCHEMA)) {
      for (long i = 0; i < batches(); i++) {
        writer.write(batch);
      }
      written = writer.commit().rowCount();
    }
    tables.drop("sales");
    return Answer.mustBe(expectedRows(), written);
  }

  /** The buffers of values alone, one after the other, in a file in memory. */
  @Benchmark
  @ComparedTo("packice")
  public long floorFileWrite() throws IOException {
    long written = 0;
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long i = 0; i < batches(); i++) {
        for (FieldVector vector : batch.getFieldVectors()) {
          int width = ((BaseFixedWidthVector) vector).getTypeWidth();
          ByteBuffer values = vector.getDataBuffer().nioBuffer(0, width * batch.getRowCount());
          while (values.hasRemaining()) {
            written += out.write(values);
          }
        }
      }
    }
    Files.delete(file);
    return Answer.mustBe(expectedRows() * Sales.ROW_BYTES, written);
  }

  /** An IPC file in memory. */
  @Benchmark
  @ComparedTo("packice")
  public long rivalArrowFileWriter() throws IOException {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ArrowFileWriter writer = new ArrowFileWriter(batch, null, out)) {
      for (long i = 0; i < batches(); i++) {
        writer.writeBatch();
      }
      writer.end();
    }
    boolean isWhole = Files.size(file) > expectedRows() * Sales.ROW_BYTES;
    Files.delete(file);
    return Answer.mustBe(1, isWhole ? 1 : 0);
  }
}
