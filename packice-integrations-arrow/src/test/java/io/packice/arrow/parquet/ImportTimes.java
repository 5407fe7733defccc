package io.packice.arrow.parquet;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.imports.TableImport;
import io.packice.core.AcquireRequest.IfExists;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * How long 1,000,000 rows of 6 columns take: into vectors, into a table, and as parquet-java's row objects. No test; run it by hand after
 * {@code mvn test-compile}, with the class path of the module's tests.
 */
final class ImportTimes {
  private static final int ROWS = 1_000_000;
  private static final int RUNS = 9;

  private ImportTimes() {
  }

  private interface Work {
    void run() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    Path file = Files.createTempFile("packice-times", ".parquet");
    try (RootAllocator allocator = new RootAllocator(); PackiceClient client = Packice.connect()) {
      for (WriteOptions.Codec codec : List.of(WriteOptions.Codec.ZSTD, WriteOptions.Codec.SNAPPY,
          WriteOptions.Codec.UNCOMPRESSED)) {
        time(codec + " written", () -> write(file, allocator, codec));
        System.out.println("file: " + Files.size(file) + " bytes");
        time(codec + " into vectors", () -> vectors(file, allocator));
        time(codec + " into a table", () -> TableImport.of(ParquetFormat.standard(), List.of(file))
            .withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE)).into(new ArrowTables(client), "t"));
        time(codec + " as rows of parquet-java", () -> rows(file));
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void time(String what, Work work) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] nanos = new long[RUNS];
    long[] cpuNanos = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      long cpuStart = threads.getCurrentThreadCpuTime();
      work.run();
      nanos[i] = System.nanoTime() - start;
      cpuNanos[i] = threads.getCurrentThreadCpuTime() - cpuStart;
    }
    Arrays.sort(nanos);
    Arrays.sort(cpuNanos);
    System.out.printf("%-40s median %5d ms, best %5d ms; this thread's CPU: median %5d ms, best %5d ms%n", what,
        nanos[RUNS / 2] / 1_000_000, nanos[0] / 1_000_000, cpuNanos[RUNS / 2] / 1_000_000, cpuNanos[0] / 1_000_000);
  }

  private static void vectors(Path file, RootAllocator allocator) throws IOException {
    long rows = 0;
    try (ParquetReader reader = ParquetEngine.standard().open(file, allocator, ReadOptions.defaults())) {
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        rows += batch.getRowCount();
      }
    }
    require(rows);
  }

  private static void rows(Path file) throws IOException {
    AtomicLong rows = new AtomicLong();
    AtomicLong sum = new AtomicLong();
    GroupRows.forEach(file, group -> {
      rows.setPlain(rows.getPlain() + 1);
      sum.setPlain(sum.getPlain() + group.getInteger(0, 0) + group.getLong(1, 0));
    });
    require(rows.get());
  }

  private static void require(long rows) {
    if (rows != ROWS) {
      throw new IllegalStateException(rows + " rows");
    }
  }

  private static void write(Path file, RootAllocator allocator, WriteOptions.Codec codec) throws IOException {
    Schema schema = new Schema(List.of(
        new Field("id", FieldType.notNullable(new ArrowType.Int(32, true)), null),
        new Field("key", FieldType.notNullable(new ArrowType.Int(64, true)), null),
        Field.nullable("fare", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
        Field.nullable("city", new ArrowType.Utf8()), Field.nullable("paid", new ArrowType.Bool()),
        Field.nullable("at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"))));
    Random random = new Random(7);
    int batchRows = 50_000;
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        ParquetWriter writer = ParquetEngine.standard().create(out, schema, WriteOptions.defaults().withCodec(codec))) {
      for (int first = 0; first < ROWS; first += batchRows) {
        for (int i = 0; i < batchRows; i++) {
          ((IntVector) root.getVector(0)).setSafe(i, first + i);
          ((BigIntVector) root.getVector(1)).setSafe(i, random.nextLong());
          setOrNull(random, root, 2, i, () -> random.nextDouble() * 100);
          ((VarCharVector) root.getVector(3)).setSafe(i,
              ("city " + random.nextInt(1000)).getBytes(StandardCharsets.UTF_8));
          ((BitVector) root.getVector(4)).setSafe(i, random.nextInt(2));
          ((TimeStampMicroTZVector) root.getVector(5)).setSafe(i, 1_700_000_000_000_000L + first + i * 1000L);
        }
        root.setRowCount(batchRows);
        writer.write(root);
      }
      writer.finish();
    }
  }

  private static void setOrNull(Random random, VectorSchemaRoot root, int column, int row,
      java.util.function.DoubleSupplier value) {
    Float8Vector vector = (Float8Vector) root.getVector(column);
    if (random.nextInt(10) == 0) {
      vector.setNull(row);
    } else {
      vector.setSafe(row, value.getAsDouble());
    }
  }
}
