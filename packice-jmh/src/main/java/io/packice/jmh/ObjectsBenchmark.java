package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * Claims about many small objects, over the Unix socket: to create, fill, seal and close one costs a few microseconds more than three questions to
 * the peer and a memfd; to evict another one for it adds next to nothing; and a listing costs a few microseconds an object. Floors: a file in
 * memory that is written and renamed; a folder of as many files that is listed. {@link StartBenchmark} has the peer's memory for each object.
 *
 * <pre>
 *   ./packice bench Objects
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Quick("listed=10000")
public class ObjectsBenchmark {
  private static final int SMALL_BYTES = 128;
  private static final int FEW = 1000;
  private static final int PAGE_BYTES = 4096;

  private static void put(PackiceClient client, String id, int bytes) {
    try (ObjectWriter writer = client.create(
        AcquireRequest.create(new ObjectId(id), List.of((long) bytes)).withIfExists(AcquireRequest.IfExists.REPLACE))) {
      writer.blob(0).segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      writer.seal();
    }
  }

  private static long first(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      return Answer.mustBe(1, object.blob(0).segment().get(ValueLayout.JAVA_BYTE, 0));
    }
  }

  /** A peer with room, and one that must evict for each object. */
  @State(Scope.Benchmark)
  public static class Small {
    private ServedMemory memory;
    private MemoryPeer full;
    private UdsServer server;
    private PackiceClient evicting;
    private long next;

    /** Fills both. */
    @Setup
    public void fill() throws IOException {
      memory = ServedMemory.start();
      full = MemoryPeer.create((long) FEW * PAGE_BYTES);
      server = UdsServer.open(full, memory.file("full.sock"));
      evicting = Packice.connect(memory.file("full.sock"));
      for (int i = 0; i < FEW; i++) {
        put(memory.client(), "object-" + i, SMALL_BYTES);
        put(evicting, "first-" + i, SMALL_BYTES);
      }
    }

    /** Ends both. */
    @TearDown
    public void close() {
      evicting.close();
      server.close();
      full.close();
      memory.close();
    }
  }

  /** A peer with many objects, and a folder with as many files. */
  @State(Scope.Benchmark)
  public static class Listed {
    /** How many. */
    @Param("100000") public int listed;

    private ScratchFolder folder;
    private FileSystemPeer peer;
    private UdsServer server;
    private PackiceClient client;
    private Path files;

    /** Makes them. */
    @Setup
    public void fill() throws IOException {
      folder = ScratchFolder.inMemory();
      peer = FileSystemPeer.open(folder.path().resolve("data"));
      server = UdsServer.open(peer, folder.path().resolve("peer.sock"));
      client = Packice.connect(folder.path().resolve("peer.sock"));
      files = Files.createDirectory(folder.path().resolve("files"));
      try (PackiceClient direct = Packice.connect(peer)) {
        for (int i = 0; i < listed; i++) {
          put(direct, "object-" + i, SMALL_BYTES);
          Files.createFile(files.resolve("object-" + i));
        }
      }
    }

    /** Removes them. */
    @TearDown
    public void close() {
      client.close();
      server.close();
      peer.close();
      folder.close();
    }
  }

  /** A small object put in place of the one before. */
  @Benchmark
  public long packicePut(Small small) {
    put(small.memory.client(), "object", SMALL_BYTES);
    return 1;
  }

  /** A small object leased, mapped, looked at and released, one after the other. */
  @Benchmark
  public long packiceGet(Small small) {
    return first(small.memory.client(), "object-" + small.next++ % FEW);
  }

  /** The same put into a peer that is full. */
  @Benchmark
  public long packicePutEvicting(Small small) {
    put(small.evicting, "object-" + small.next++, SMALL_BYTES);
    return 1;
  }

  /** A file in memory, written beside the old one and renamed. */
  @Benchmark
  @ComparedTo({"packicePut", "packicePutEvicting"})
  public long floorFilePut(Small small) throws IOException {
    Path draft = small.memory.file("draft");
    try (Arena arena = Arena.ofShared(); FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.map(FileChannel.MapMode.READ_WRITE, 0, SMALL_BYTES, arena).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    }
    Files.move(draft, small.memory.file("sealed"), StandardCopyOption.ATOMIC_MOVE);
    return 1;
  }

  /** All objects, with what is known of each. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public long packiceList(Listed objects) {
    return Answer.mustBe(objects.listed, objects.client.list("").filter(each -> !each.pinned()).count());
  }

  /** All names of a folder. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  @ComparedTo("packiceList")
  public long floorFolder(Listed objects) throws IOException {
    try (Stream<Path> all = Files.list(objects.files)) {
      return Answer.mustBe(objects.listed, all.count());
    }
  }
}
