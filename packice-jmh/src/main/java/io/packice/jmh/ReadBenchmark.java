package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.jmh.rivals.Store;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claims: to read an object that is kept leased costs what it costs to read any memory, whoever wrote it, and at least 25 times less than Redis
 * and 10 times less than memcached take for 16 MiB; and to lease, map, read, unmap and release it each time costs what it costs to map a file in
 * memory that often, plus two questions to the peer. Every byte is summed, by all with the same loop.
 *
 * <p>Floors of a kept lease: an array on the heap, a mapping of a file in memory that is kept, and a copy from that into memory that is there. Floor
 * of a lease each time: a file in memory that is opened and mapped each time. Rivals: values in Redis, memcached and Chronicle Map; a file in
 * the page cache, read into a buffer that is kept, or mapped each time. The peer is threads of the same process, the servers are others.
 *
 * <pre>
 *   ./packice bench Read
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, timeUnit = TimeUnit.MILLISECONDS, time = 500)
@Measurement(iterations = 4, timeUnit = TimeUnit.MILLISECONDS, time = 500)
@Quick("bytes=4096,16777216")
public class ReadBenchmark {
  /** A peer that has the payload. */
  @State(Scope.Benchmark)
  public static class Served {
    private ServedMemory memory;
    private LeasedObject kept;

    /** Seals it. */
    @Setup
    public void seal(Payload payload) throws IOException {
      memory = ServedMemory.start();
      try (ObjectWriter writer = memory.client().create("object", payload.bytes)) {
        writer.blob(0).segment().copyFrom(payload.segment());
        writer.seal();
      }
      kept = memory.client().get("object");
    }

    /** Ends it. */
    @TearDown
    public void close() {
      kept.close();
      memory.close();
    }
  }

  /** A file that has the payload, and a mapping of it. */
  @State(Scope.Benchmark)
  public abstract static class InFile {
    private ScratchFolder folder;
    private Path file;
    private Arena arena;
    MemorySegment kept;
    MemorySegment room;
    private ByteBuffer buffer;

    abstract ScratchFolder folder() throws IOException;

    /** Writes it. */
    @Setup
    public void write(Payload payload) throws IOException {
      folder = folder();
      file = Files.write(folder.path().resolve("payload"), payload.value());
      arena = Arena.ofShared();
      kept = map(arena);
      room = arena.allocate(payload.bytes, 64);
      buffer = room.asByteBuffer();
    }

    MemorySegment map(Arena in) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), in);
      }
    }

    MemorySegment read() throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        buffer.clear();
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
          // until it is full
        }
      }
      return room;
    }

    /** Removes it. */
    @TearDown
    public void close() {
      arena.close();
      folder.close();
    }

    /** On a file system in memory. */
    public static class InMemory extends InFile {
      @Override
      ScratchFolder folder() throws IOException {
        return ScratchFolder.inMemory();
      }
    }

    /** On a disk; it stays in the page cache. */
    public static class OnDisk extends InFile {
      @Override
      ScratchFolder folder() throws IOException {
        return ScratchFolder.onDisk();
      }
    }
  }

  /** Leased, mapped, read, unmapped, released. */
  @Benchmark
  public long packice(Payload payload, Served served) {
    try (LeasedObject object = served.memory.client().get("object")) {
      return payload.check(object.blob(0).segment());
    }
  }

  /** Of a lease that is kept. */
  @Benchmark
  public long packiceKept(Payload payload, Served served) {
    return payload.check(served.kept.blob(0).segment());
  }

  /** An array on the heap. */
  @Benchmark
  @ComparedTo("packiceKept")
  public long floorHeap(Payload payload) {
    return payload.check(payload.segment());
  }

  /** A mapping that is kept. */
  @Benchmark
  @ComparedTo("packiceKept")
  public long floorKeptMapping(Payload payload, InFile.InMemory file) {
    return payload.check(file.kept);
  }

  /** A copy, and then that. */
  @Benchmark
  @ComparedTo("packiceKept")
  public long floorCopy(Payload payload, InFile.InMemory file) {
    return payload.check(file.room.copyFrom(file.kept));
  }

  /** A file in memory opened, mapped, read, unmapped. */
  @Benchmark
  @ComparedTo("packice")
  public long floorFileMapping(Payload payload, InFile.InMemory file) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      return payload.check(file.map(arena));
    }
  }

  /** Its value. */
  @Benchmark
  @ComparedTo({"packice", "packiceKept"})
  @Against(Store.REDIS)
  public long rivalRedis(Payload payload, OnRival.Redis redis) {
    return redis.rival().read(payload::check);
  }

  /** Its value. */
  @Benchmark
  @ComparedTo({"packice", "packiceKept"})
  @Against(Store.MEMCACHED)
  public long rivalMemcached(Payload payload, OnRival.Memcached memcached) {
    return memcached.rival().read(payload::check);
  }

  /** Its value, in place. */
  @Benchmark
  @Fork(jvmArgsAppend = {Chronicle.EXPORT_REF, Chronicle.EXPORT_CHANNELS, Chronicle.EXPORT_UNSAFE,
      Chronicle.EXPORT_COMPILER, Chronicle.OPEN_COMPILER, Chronicle.OPEN_CHANNELS, Chronicle.OPEN_LANG,
      Chronicle.OPEN_REFLECT, Chronicle.OPEN_IO, Chronicle.OPEN_UTIL, Chronicle.NO_ANALYTICS})
  @ComparedTo({"packice", "packiceKept"})
  @Against(Store.CHRONICLE_MAP)
  public long rivalChronicleMap(Payload payload, OnRival.OnChronicleMap map) {
    return map.rival().read(payload::check);
  }

  /** A file opened and read into a buffer that is kept. */
  @Benchmark
  @ComparedTo({"packice", "packiceKept"})
  public long rivalFileRead(Payload payload, InFile.OnDisk file) throws IOException {
    return payload.check(file.read());
  }

  /** A file opened, mapped, read, unmapped. */
  @Benchmark
  @ComparedTo({"packice", "packiceKept"})
  public long rivalFileMapping(Payload payload, InFile.OnDisk file) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      return payload.check(file.map(arena));
    }
  }
}
