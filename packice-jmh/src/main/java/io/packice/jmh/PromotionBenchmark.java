package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.peers.tiered.TieredPeer;
import io.packice.peers.tiered.TieringPolicy;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Claim: an object that is read twice from the files of a tiered peer is in its memory after little more than the time of the copy, and another one that
 * is there has made room meanwhile. Timed from the first read to the moment when it can be read from memory, which a reader never waits for. Floor: the
 * file is read into memory that is there, and that is written to a new memfd.
 *
 * <pre>
 *   ./packice bench Promotion
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Quick("bytes=1048576")
public class PromotionBenchmark {
  private static final int OBJECTS = 8;
  private static final int IN_MEMORY = 4;
  private static final byte FILLING = 7;
  private static final long MOST_NANOS = 10_000_000_000L;

  /** The length of each object. */
  @Param({"1048576", "67108864"}) public int bytes;

  private ScratchFolder folder;
  private TieredPeer peer;
  private PackiceClient client;
  private Path file;
  private ByteBuffer room;
  private FreshMemory last;
  private int next;

  /** Makes more objects than the memory holds. */
  @Setup
  public void seal() throws IOException {
    folder = ScratchFolder.onDisk();
    MemoryPeer hot = MemoryPeer.create((long) IN_MEMORY * bytes);
    FileSystemPeer cold = FileSystemPeer.open(folder.path().resolve("data"));
    try (PackiceClient files = Packice.connect(cold)) {
      for (int i = 0; i < OBJECTS; i++) {
        try (ObjectWriter writer = files.create("object-" + i, bytes)) {
          writer.blob(0).segment().fill(FILLING);
          writer.seal();
        }
      }
    }
    peer = TieredPeer.over(hot, cold, TieringPolicy.DEFAULT.withWatermarks(0.8, 0.5));
    client = Packice.connect(peer);
    file = Files.write(folder.path().resolve("file"), new byte[bytes]);
    room = Arena.ofAuto().allocate(bytes).asByteBuffer();
    last = new FreshMemory();
  }

  /** Removes them. */
  @TearDown
  public void close() {
    last.close();
    client.close();
    peer.close();
    folder.close();
  }

  private void read(String id) {
    try (LeasedObject object = client.get(id)) {
      long _ = Answer.mustBe(FILLING, object.blob(0).segment().get(ValueLayout.JAVA_BYTE, bytes - 1));
    }
  }

  /** The next of them read until it is in memory; by its turn it has been demoted. */
  @Benchmark
  public long packice() {
    String id = "object-" + next++ % OBJECTS;
    long before = peer.tiers().promotions();
    read(id);
    read(id);
    long startNanos = System.nanoTime();
    while (peer.tiers().promotions() == before) {
      if (System.nanoTime() - startNanos > MOST_NANOS) {
        throw new IllegalStateException("Cannot count this benchmark: " + id + " is still in its file; mend it");
      }
      Thread.onSpinWait();
    }
    return 1;
  }

  /** A file of that length read and written to new memory. */
  @Benchmark
  @ComparedTo("packice")
  public long floorCopy() throws IOException {
    room.clear();
    try (FileChannel in = FileChannel.open(file)) {
      while (room.hasRemaining() && in.read(room) >= 0) {
        // until it is full
      }
    }
    FreshMemory fresh = new FreshMemory();
    fresh.write(room.flip());
    last.close();
    last = fresh;
    return Answer.mustBe(bytes, room.limit());
  }
}
