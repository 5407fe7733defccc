package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages real files in all the ways that dice find, and reads them. Whatever comes of it, it comes soon, takes little memory, and if it is an
 * error, it is the one that was promised. Replay one with {@code -Dpackice.seed=…}.
 */
class FuzzTest {
  private static final long SEED = Long.getLong("packice.seed", 20250501L);
  private static final int HANG_SECONDS = 120;

  /** Heap and vectors that one reading may take: so much, and so many times the file. */
  private static final long MAX_BYTES = 64L << 20;
  private static final long MAX_MULTIPLE = 256;

  @TempDir Path folder;

  private final ExecutorService reader = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  @AfterEach
  void stop() {
    reader.shutdownNow();
  }

  @Test
  void damagedFilesOfOthersAreReadOrRefused() throws Exception {
    damage(ParquetFiles.all(), fewTimes());
  }

  @Test
  void damagedFilesOfOursAreReadOrRefused() throws Exception {
    damage(ours(), fewTimes());
  }

  @Test
  void aForgedLengthOfFixedSizeListsIsRefused() throws Exception {
    damage(ours(), 20273901, 1);
  }

  @Test
  @Tag("nightly")
  void manyDamagedFilesAreReadOrRefused() throws Exception {
    damage(ParquetFiles.all(), 25_000);
    damage(ours(), 25_000);
  }

  private static int fewTimes() {
    return Long.getLong("packice.seed") == null ? 250 : 1;
  }

  /** All types, nested, in all codecs, in several row groups and pages. */
  private List<Path> ours() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      RandomTable dice = new RandomTable(i);
      Schema schema = dice.schema();
      Path file = folder.resolve("ours" + i + ".parquet");
      List<WriteOptions.Codec> codecs = List.of(WriteOptions.Codec.values());
      WriteOptions options = WriteOptions.defaults().withCodec(codecs.get(i % codecs.size())).withPageBytes(500)
          .withRowGroupBytes(5000);
      try (RootAllocator allocator = new RootAllocator(); VectorSchemaRoot batch = dice.batch(schema, 200, allocator);
          FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
          ParquetWriter writer = ParquetEngine.standard().create(out, schema, options)) {
        writer.write(batch);
        writer.finish();
      }
      files.add(file);
    }
    return files;
  }

  private void damage(List<Path> files, int times) throws Exception {
    int refused = damage(files, SEED, times);
    assertThat(refused).as("of %d files, refused", times).isGreaterThanOrEqualTo(times / 4);
  }

  private int damage(List<Path> files, long firstSeed, int times) throws Exception {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      contents.add(Files.readAllBytes(file));
    }
    int refused = 0;
    for (int i = 0; i < times; i++) {
      long seed = firstSeed + i;
      Random random = new Random(seed);
      int which = random.nextInt(files.size());
      byte[] damaged = mutate(contents.get(which).clone(), random);
      String what = "seed " + seed + ", " + files.get(which).getFileName();
      Path file = Files.write(folder.resolve("damaged.parquet"), damaged);
      try {
        refused += reader.submit(() -> read(file, damaged.length)).get(HANG_SECONDS, TimeUnit.SECONDS) ? 0 : 1;
      } catch (ExecutionException e) {
        throw new AssertionError(what, e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError(what + ": not done after " + HANG_SECONDS + " s", e);
      }
    }
    return refused;
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    int changes = 1 << random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      // Half of the time in the metadata at the end, where most of what can go wrong is said.
      int at = random.nextBoolean() ? random.nextInt(bytes.length)
          : bytes.length - 1 - random.nextInt(Math.min(bytes.length, 600));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = new byte[] {0, -1, 127, -128, 1, 0x0C, 0x1C}[random.nextInt(7)];
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(9)), (byte) -1);
        case 4 -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(32), bytes.length - Math.max(from, at));
          System.arraycopy(bytes, from, bytes, at, length);
        }
        default -> bytes[at]++;
      }
    }
    return random.nextInt(20) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private static boolean read(Path file, int length) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long limit = MAX_BYTES + MAX_MULTIPLE * length;
    boolean read;
    try (RootAllocator allocator = new RootAllocator(limit)) {
      read = readAll(file, allocator);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes allocated").isLessThan(limit);
    return read;
  }

  private static boolean readAll(Path file, RootAllocator allocator) {
    ReadOptions options = ReadOptions.defaults();
    try (ParquetReader reader = ParquetEngine.standard().open(file, allocator, options)) {
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        for (FieldVector vector : batch.getFieldVectors()) {
          for (int row = 0; row < batch.getRowCount(); row++) {
            Object _ = ParquetFiles.value(vector, row); // what was handed out can be read
          }
        }
      }
      return true;
    } catch (ParquetException e) {
      assertThat(e).hasMessageStartingWith("Cannot read " + file);
      return false;
    } catch (IOException e) {
      throw new AssertionError("an IOException that says nothing", e);
    }
  }
}
