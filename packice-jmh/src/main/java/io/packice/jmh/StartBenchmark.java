package io.packice.jmh;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.FileSystemPeer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * Claim: a file peer with 100,000 objects of one page starts in about a second, and each costs it a few hundred bytes of heap. It is started again
 * and again in one process, so the code is warm; the files are in memory. Floor: to ask for the length of as many files.
 *
 * <pre>
 *   ./packice bench Start
 * </pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Quick("objects=10000")
public class StartBenchmark {
  /** A folder of objects. */
  @State(Scope.Benchmark)
  public static class Stored {
    /** How many. */
    @Param("100000") public int objects;

    private ScratchFolder folder;
    private Path data;
    private Path files;

    /** Seals them. */
    @Setup
    public void seal() throws IOException {
      folder = ScratchFolder.inMemory();
      data = folder.path().resolve("data");
      files = Files.createDirectory(folder.path().resolve("files"));
      try (FileSystemPeer peer = FileSystemPeer.open(data); PackiceClient client = Packice.connect(peer)) {
        for (int i = 0; i < objects; i++) {
          try (ObjectWriter writer = client.create("object-" + i, 1)) {
            writer.seal();
          }
          Files.createFile(files.resolve("object-" + i));
        }
      }
    }

    /** Removes them. */
    @TearDown
    public void close() {
      folder.close();
    }
  }

  /** What a peer holds in memory. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Heap {
    /** Bytes for each object. */
    public double heapBytesPerObject;
  }

  /** The heap that is left when all that can go has gone. */
  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Opened, and closed. */
  @Benchmark
  public long packice(Stored stored) {
    try (FileSystemPeer peer = FileSystemPeer.open(stored.data); PackiceClient client = Packice.connect(peer)) {
      return Answer.mustBe(stored.objects, client.stats().objects());
    }
  }

  /** The same; it is its second figure that counts. */
  @Benchmark
  public long packiceMemory(Stored stored, Heap heap) {
    long before = usedBytes();
    try (FileSystemPeer peer = FileSystemPeer.open(stored.data); PackiceClient client = Packice.connect(peer)) {
      heap.heapBytesPerObject = (double) (usedBytes() - before) / stored.objects;
      return Answer.mustBe(stored.objects, client.stats().objects());
    }
  }

  /** The lengths of as many files. */
  @Benchmark
  @ComparedTo("packice")
  public long floorLengths(Stored stored) throws IOException {
    try (Stream<Path> all = Files.list(stored.files)) {
      return Answer.mustBe(stored.objects, all.filter(file -> file.toFile().length() == 0).count());
    }
  }
}
