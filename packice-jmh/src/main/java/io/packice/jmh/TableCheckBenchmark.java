package io.packice.jmh;

import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.ScanOptions;
import io.packice.arrow.ScanOptions.Check;
import io.packice.arrow.TableWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
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
 * Claim: to check every offset of a column of strings when its table is opened costs little beside reading the strings. The floor opens and
 * reads without the check. Both sum the strings' bytes.
 *
 * <pre>
 *   ./packice bench TableCheck
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Quick("rows=1000000")
public class TableCheckBenchmark {
  private static final int BATCH_ROWS = 1 << 18;
  private static final Schema SCHEMA = new Schema(List.of(Field.nullable("name", new ArrowType.Utf8())));

  /** Rows of one string of 8 to 15 bytes. */
  @Param("5000000") public int rows;

  private long expected;
  private ServedMemory memory;
  private BufferAllocator allocator;
  private ArrowTables tables;

  /** Writes the table. */
  @Setup
  public void write() throws IOException {
    allocator = new RootAllocator();
    memory = ServedMemory.start();
    tables = new ArrowTables(memory.client());
    try (TableWriter writer = tables.create("names", SCHEMA);
        VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator)) {
      VarCharVector names = (VarCharVector) batch.getVector(0);
      byte[] letters = "abcdefghijklmno".getBytes(StandardCharsets.US_ASCII);
      for (int row = 0; row < rows; row += BATCH_ROWS) {
        int count = Math.min(BATCH_ROWS, rows - row);
        names.allocateNew();
        for (int i = 0; i < count; i++) {
          names.setSafe(i, letters, 0, 8 + i % 8);
        }
        batch.setRowCount(count);
        expected += sum(names, count);
        writer.write(batch);
      }
      writer.commit();
    }
  }

  /** Frees it. */
  @TearDown
  public void close() {
    memory.close();
    allocator.close();
  }

  private static long sum(VarCharVector names, int rows) {
    MemorySegment bytes = MemorySegment.ofAddress(names.getDataBuffer().memoryAddress())
        .reinterpret(names.getEndOffset(rows - 1));
    long sum = 0;
    for (long i = 0; i < bytes.byteSize(); i++) {
      sum += bytes.get(ValueLayout.JAVA_BYTE, i);
    }
    return sum;
  }

  private long sum(Check check) {
    long sum = 0;
    try (ArrowTable table = tables.open("names");
        ArrowBatches batches = table.batches(allocator, ScanOptions.all().withCheck(check))) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        sum += sum((VarCharVector) batch.getVector(0), batch.getRowCount());
      }
    }
    return Answer.mustBe(expected, sum);
  }

  /** Opens, checks, sums. */
  @Benchmark
  public long packice() {
    return sum(Check.OFFSETS);
  }

  /** Opens and sums. */
  @Benchmark
  @ComparedTo("packice")
  public long floorUnchecked() {
    return sum(Check.NONE);
  }
}
