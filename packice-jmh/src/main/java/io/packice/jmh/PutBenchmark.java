package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import io.packice.jmh.rivals.Rival;
import io.packice.jmh.rivals.Store;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claim: to put 16 MiB and more, by a mapped writer or by a writer's channel, takes at most 1/1.7 of the time of a copy into a new memfd that is
 * mapped (the floor), because the memory lies in huge pages, which the kernel clears at once instead of one by one. Below 2 MiB, which have small
 * pages, the questions to the peer stand beside the copy, and the channel is the faster one. Each put replaces the object of the one before,
 * whose memory goes back to the kernel within it. The source is an array on the heap; outside it for those who hand it to the kernel.
 *
 * <p>More floors: the same written instead of mapped; and a copy into memory that is there, which no new object can be. Rivals: values in Redis,
 * memcached and Chronicle Map; a file that is written beside the old one and renamed. What was put is read back and compared after each iteration.
 *
 * <pre>
 *   ./packice bench Put
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, timeUnit = TimeUnit.MILLISECONDS, time = 500)
@Measurement(iterations = 4, timeUnit = TimeUnit.MILLISECONDS, time = 500)
@Quick("bytes=4096,16777216")
public class PutBenchmark {
  /** A peer, and what is compared after each iteration. */
  @State(Scope.Benchmark)
  public static class Served {
    private ServedMemory memory;

    /** Starts it. */
    @Setup
    public void start() throws IOException {
      memory = ServedMemory.start();
    }

    ObjectWriter create(Payload payload) {
      return memory.client().create(AcquireRequest.create(new ObjectId("object"), List.of((long) payload.bytes))
          .withIfExists(AcquireRequest.IfExists.REPLACE));
    }

    /** Reads what was put last. */
    @TearDown(Level.Iteration)
    public void check(Payload payload) {
      try (LeasedObject object = memory.client().get("object")) {
        long _ = payload.check(object.blob(0).segment());
      }
    }

    /** Ends it. */
    @TearDown
    public void close() {
      memory.close();
    }
  }

  /** Memory and files for those who do without a peer. */
  @State(Scope.Benchmark)
  public static class Local {
    private ScratchFolder folder;
    private Arena arena;
    private MemorySegment room;
    private @Nullable FreshMemory last;

    /** Makes it. */
    @Setup
    public void make(Payload payload) throws IOException {
      folder = ScratchFolder.onDisk();
      arena = Arena.ofShared();
      room = arena.allocate(payload.bytes, 64).fill((byte) 0);
    }

    long keep(Payload payload, FreshMemory fresh) {
      if (last != null) {
        last.close();
      }
      last = fresh;
      return payload.bytes;
    }

    /** Reads what was put last. */
    @TearDown(Level.Iteration)
    public void check(Payload payload) throws IOException {
      if (last != null) {
        try (Arena mapping = Arena.ofConfined()) {
          long _ = payload.check(last.map(payload.bytes, mapping));
        }
      }
      Path file = folder.path().resolve("value");
      if (Files.exists(file)) {
        long _ = payload.check(MemorySegment.ofArray(Files.readAllBytes(file)));
      }
    }

    /** Ends it. */
    @TearDown
    public void close() {
      if (last != null) {
        last.close();
      }
      arena.close();
      folder.close();
    }
  }

  /** By the mapping of a writer. */
  @Benchmark
  public long packice(Payload payload, Served served) {
    try (ObjectWriter writer = served.create(payload)) {
      writer.blob(0).segment().copyFrom(payload.segment());
      writer.seal();
    }
    return payload.bytes;
  }

  /** By the channel of a writer. */
  @Benchmark
  public long packiceChannel(Payload payload, Served served) throws IOException {
    try (ObjectWriter writer = served.create(payload)) {
      try (WritableByteChannel channel = writer.blob(0).channel()) {
        ByteBuffer rest = payload.direct();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      writer.seal();
    }
    return payload.bytes;
  }

  /** A new memfd, mapped and copied to; the one before is given back. */
  @Benchmark
  @ComparedTo({"packice", "packiceChannel"})
  public long floorNewMemory(Payload payload, Local local) throws IOException {
    FreshMemory fresh = new FreshMemory();
    try (Arena mapping = Arena.ofShared()) {
      fresh.map(payload.bytes, mapping).copyFrom(payload.segment());
    }
    return local.keep(payload, fresh);
  }

  /** A new memfd, written; the one before is given back. */
  @Benchmark
  @ComparedTo({"packice", "packiceChannel"})
  public long floorNewMemoryWritten(Payload payload, Local local) throws IOException {
    FreshMemory fresh = new FreshMemory();
    fresh.write(payload.direct());
    return local.keep(payload, fresh);
  }

  /** Memory that is there. */
  @Benchmark
  @ComparedTo({"packice", "packiceChannel"})
  public long floorOldMemory(Payload payload, Local local) {
    local.room.copyFrom(payload.segment());
    return Answer.mustBe(payload.value()[0],
        local.room.get(ValueLayout.JAVA_BYTE, 0));
  }

  private static long put(Payload payload, Rival rival) {
    rival.put(payload.value());
    return payload.bytes;
  }

  /** Its value. */
  @Benchmark
  @ComparedTo({"packice", "packiceChannel"})
  @Against(Store.REDIS)
  public long rivalRedis(Payload payload, OnRival.Redis redis) {
    return put(payload, redis.rival());
  }

  /** Its value. */
  @Benchmark
  @ComparedTo({"packice", "packiceChannel"})
  @Against(Store.MEMCACHED)
  public long rivalMemcached(Payload payload, OnRival.Memcached memcached) {
    return put(payload, memcached.rival());
  }

  /** Its value. */
  @Benchmark
  @Fork(jvmArgsAppend = {Chronicle.EXPORT_REF, Chronicle.EXPORT_CHANNELS, Chronicle.EXPORT_UNSAFE,
      Chronicle.EXPORT_COMPILER, Chronicle.OPEN_COMPILER, Chronicle.OPEN_CHANNELS, Chronicle.OPEN_LANG,
      Chronicle.OPEN_REFLECT, Chronicle.OPEN_IO, Chronicle.OPEN_UTIL, Chronicle.NO_ANALYTICS})
  @ComparedTo({"packice", "packiceChannel"})
  @Against(Store.CHRONICLE_MAP)
  public long rivalChronicleMap(Payload payload, OnRival.OnChronicleMap map) {
    return put(payload, map.rival());
  }

  /** A file beside the old one, renamed over it; the kernel writes it to the disk when it likes. */
  @Benchmark
  @ComparedTo({"packice", "packiceChannel"})
  public long rivalFileWrite(Payload payload, Local local) throws IOException {
    Path draft = local.folder.path().resolve("draft");
    try (FileChannel out = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = payload.direct();
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    }
    Files.move(draft, local.folder.path().resolve("value"), StandardCopyOption.ATOMIC_MOVE);
    return payload.bytes;
  }
}
