package io.packice.jmh;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.packice.djl.weights.SharedWeights;
import io.packice.djl.weights.WeightsImport;
import io.packice.djl.weights.WeightsSummary;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
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
 * Claim: a process has the tensors of a model that another one has imported in milliseconds, however large they are, where DJL's decoder of
 * safetensors takes as long as the copies do. The floors bring the bytes of the file into memory that is there, which no model can do without if
 * nobody shares it: by reading, and by FFM from memory that is mapped already.
 * The file is in the page cache. One number of each tensor is looked at, by all. Engine: PyTorch on the CPU; the model has 16 tensors of FLOAT32.
 *
 * <pre>
 *   ./packice bench Weights
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Quick("bytes=16777216,134217728")
public class WeightsBenchmark {
  private static final int TENSORS = 16;

  /** The length of all tensors together. */
  @Param({"16777216", "536870912"}) public int bytes;

  private ServedMemory memory;
  private ScratchFolder folder;
  private Path file;
  private NDManager manager;
  private ByteBuffer room;
  private Arena arena;
  private MemorySegment mapped;

  /** Writes the file, and imports it. */
  @Setup
  public void write() throws IOException {
    System.setProperty("ai.djl.offline", "true");
    memory = ServedMemory.start();
    folder = ScratchFolder.onDisk();
    file = safetensors(folder.path().resolve("model.safetensors"), bytes / TENSORS);
    WeightsSummary _ = new WeightsImport(memory.client(), "model").safetensors(file);
    manager = NDManager.newBaseManager("PyTorch");
    room = ByteBuffer.allocateDirect(Math.toIntExact(Files.size(file)));
    arena = Arena.ofShared();
    try (FileChannel in = FileChannel.open(file)) {
      mapped = in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), arena);
    }
  }

  /** Every number of tensor i is i. */
  private static Path safetensors(Path file, int tensorBytes) throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < TENSORS; i++) {
      header.append(i == 0 ? "" : ",").append("\"layer.").append(i).append("\":{\"dtype\":\"F32\",\"shape\":[")
          .append(tensorBytes / Float.BYTES).append("],\"data_offsets\":[").append((long) i * tensorBytes).append(',')
          .append((i + 1L) * tensorBytes).append("]}");
    }
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer tensor = ByteBuffer.allocate(tensorBytes).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, text.length).array());
      out.write(text);
      for (int i = 0; i < TENSORS; i++) {
        tensor.clear();
        while (tensor.hasRemaining()) {
          tensor.putFloat(i);
        }
        out.write(tensor.array());
      }
    }
    return file;
  }

  /** Removes all. */
  @TearDown
  public void close() {
    arena.close();
    manager.close();
    memory.close();
    folder.close();
  }

  private static long look(NDList tensors) {
    long sum = 0;
    for (NDArray tensor : tensors) {
      sum += (long) tensor.getFloat(tensor.size() - 1);
    }
    return Answer.mustBe(TENSORS * (TENSORS - 1) / 2, sum);
  }

  /** Opened, attached, let go. */
  @Benchmark
  public long packice() {
    try (NDManager sub = manager.newSubManager();
        SharedWeights weights = SharedWeights.open(memory.client(), "model")) {
      return look(weights.attach(sub));
    }
  }

  /** The bytes of the file into memory that is there. */
  @Benchmark
  @ComparedTo("packice")
  public long floorFileRead() throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      room.clear();
      while (room.hasRemaining() && in.read(room) >= 0) {
        // until it is full
      }
    }
    return Answer.mustBe(room.capacity(), room.position());
  }

  /** The bytes of the file, copied from its mapping into memory that is there. */
  @Benchmark
  @ComparedTo("packice")
  public long floorCopy() {
    MemorySegment to = MemorySegment.ofBuffer(room.clear());
    to.copyFrom(mapped);
    return Answer.mustBe(TENSORS - 1,
        (long) to.get(ValueLayout.JAVA_FLOAT_UNALIGNED, to.byteSize() - Float.BYTES));
  }

  /** DJL's decoder. */
  @Benchmark
  @ComparedTo("packice")
  public long rivalDecoder() throws IOException {
    try (NDManager sub = manager.newSubManager();
        InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return look(NDList.decode(sub, in));
    }
  }
}
