package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
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
 * Claim: a lease over the Unix socket, its bytes mapped and their first one read, and its release, take at most twice as long as to pass a raw
 * descriptor and map that (the floor), however large the object is. The floor gives what a lease gives: bytes that any thread may read, and that throw
 * once they are unmapped, for which the JVM stops at every thread. A lower floor does without: bytes of one thread. Two more: a byte there and back
 * over such a socket, and mapping a file in memory without asking anybody. Server and client are threads of one process. Each call is timed by
 * itself, so that the report has a distribution. Over HTTP: {@link HttpAcquireBenchmark}.
 *
 * <pre>
 *   ./packice bench Acquire
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class AcquireBenchmark {
  private static final byte FILLING = 7;

  /** The length of the object. */
  @Param({"4096", "268435456"}) public int bytes;

  private ServedMemory memory;
  private PackiceClient direct;
  private Path file;
  private RawDescriptors raw;

  /** Seals the object, and writes the file. */
  @Setup
  public void write() throws IOException {
    memory = ServedMemory.start();
    direct = Packice.connect(memory.peer());
    try (ObjectWriter writer = direct.create("object", bytes)) {
      writer.blob(0).segment().fill(FILLING);
      writer.seal();
    }
    file = memory.file("object");
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
        StandardOpenOption.WRITE); Arena arena = Arena.ofConfined()) {
      out.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena).fill(FILLING);
    }
    raw = new RawDescriptors(memory.file("raw.sock"), file);
  }

  /** Ends all. */
  @TearDown
  public void close() throws IOException {
    raw.close();
    direct.close();
    memory.close();
  }

  private static long first(MemorySegment segment) {
    return Answer.mustBe(FILLING, segment.get(ValueLayout.JAVA_BYTE, 0));
  }

  private static long lease(PackiceClient client) {
    try (LeasedObject object = client.get("object")) {
      return first(object.blob(0).segment());
    }
  }

  /** Over the Unix socket. */
  @Benchmark
  public long packice() {
    return lease(memory.client());
  }

  /** From a peer of this process. */
  @Benchmark
  public long packiceDirect() {
    return lease(direct);
  }

  /** A descriptor over a Unix socket, mapped and unmapped. */
  @Benchmark
  @ComparedTo("packice")
  public long floorDescriptorAndMapping() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      return first(raw.map(arena));
    }
  }

  /** The same, for one thread alone. */
  @Benchmark
  @ComparedTo("packice")
  public long floorDescriptorOneThread() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return first(raw.map(arena));
    }
  }

  /** A byte there and back over a Unix socket. */
  @Benchmark
  @ComparedTo("packice")
  public long floorPingPong() throws IOException {
    return Answer.mustBe(0, raw.pingPong());
  }

  /** A file in memory opened, mapped and unmapped. */
  @Benchmark
  @ComparedTo("packiceDirect")
  public long floorFileMapping() throws IOException {
    try (Arena arena = Arena.ofShared(); FileChannel in = FileChannel.open(file)) {
      return first(in.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena));
    }
  }
}
