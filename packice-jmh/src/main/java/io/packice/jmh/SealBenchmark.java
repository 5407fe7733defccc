package io.packice.jmh;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.FileSystemPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
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
 * Claims: to seal an object in memory, over the Unix socket, takes one question to the peer and a few system calls, however large it is; in a file it takes
 * what it takes to bring its bytes to the disk. Nothing else is timed: each call finds an object that is written and not sealed. Floors: the kernel is
 * asked to seal a memfd; a file of as many new bytes is synchronised and renamed.
 *
 * <pre>
 *   ./packice bench Seal
 * </pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, timeUnit = TimeUnit.MILLISECONDS, time = 500)
@Measurement(iterations = 4, timeUnit = TimeUnit.MILLISECONDS, time = 500)
public class SealBenchmark {
  /** The length of each object. */
  @State(Scope.Benchmark)
  public static class Length {
    /** In bytes. */
    @Param({"4096", "16777216"}) public int bytes;

    private ByteBuffer content = ByteBuffer.allocateDirect(0);

    /** Makes them. */
    @Setup
    public void make() {
      content = ByteBuffer.allocateDirect(bytes);
    }
  }

  /** A draft for each call. */
  @State(Scope.Benchmark)
  public abstract static class Drafted {
    private Opened opened;
    private PackiceClient client;
    private ObjectWriter draft;

    /** A served peer, and what ends it. */
    record Opened(Path socket, Runnable end) {
    }

    abstract Opened open() throws IOException;

    /** Connects. */
    @Setup
    public void begin() throws IOException {
      opened = open();
      client = Packice.connect(opened.socket);
    }

    /** Writes one. */
    @Setup(Level.Invocation)
    public void write(Length length) throws IOException {
      draft = client.create("object", length.bytes);
      draft.blob(0).channel().write(length.content.duplicate());
    }

    /** Removes it, which must be there. */
    @TearDown(Level.Invocation)
    public void discard(Length length) {
      draft.close();
      long _ = Answer.mustBe(length.bytes, client.stat("object").object().byteSize());
      client.discard("object");
    }

    /** Ends it. */
    @TearDown
    public void close() {
      client.close();
      opened.end.run();
    }

    long seal() {
      draft.seal();
      return 1;
    }

    /** In memory. */
    public static class InMemory extends Drafted {
      @Override
      Opened open() throws IOException {
        ServedMemory memory = ServedMemory.start();
        return new Opened(memory.file("peer.sock"), memory::close);
      }
    }

    /** On a disk. */
    public static class InFiles extends Drafted {
      @Override
      Opened open() throws IOException {
        ScratchFolder folder = ScratchFolder.onDisk();
        FileSystemPeer peer = FileSystemPeer.open(folder.path().resolve("data"));
        UdsServer server = UdsServer.open(peer, folder.path().resolve("peer.sock"));
        return new Opened(server.socket(), () -> {
          server.close();
          peer.close();
          folder.close();
        });
      }
    }
  }

  /** Memory and a file for each call. */
  @State(Scope.Benchmark)
  public static class Raw {
    private ScratchFolder folder;
    private @Nullable FreshMemory memory;
    private Path draft;
    private FileChannel file;

    /** Makes room. */
    @Setup
    public void begin() throws IOException {
      folder = ScratchFolder.onDisk();
      draft = folder.path().resolve("draft");
    }

    /** Writes both. */
    @Setup(Level.Invocation)
    public void write(Length length) throws IOException {
      memory = new FreshMemory();
      memory.write(length.content);
      file = FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      file.write(length.content.duplicate());
    }

    /** Removes both. */
    @TearDown(Level.Invocation)
    public void discard() throws IOException {
      if (memory != null) {
        memory.close();
      }
      file.close();
    }

    /** Ends it. */
    @TearDown
    public void close() {
      folder.close();
    }
  }

  /** In memory. */
  @Benchmark
  public long packice(Drafted.InMemory drafted) {
    return drafted.seal();
  }

  /** On a disk. */
  @Benchmark
  public long packiceFile(Drafted.InFiles drafted) {
    return drafted.seal();
  }

  /** A memfd. */
  @Benchmark
  @ComparedTo("packice")
  public long floorMemfd(Raw raw) throws IOException {
    if (raw.memory != null) {
      raw.memory.seal();
    }
    return 1;
  }

  /** A file. */
  @Benchmark
  @ComparedTo("packiceFile")
  public long floorFile(Raw raw, Length length) throws IOException {
    raw.file.force(true);
    Path sealed = Files.move(raw.draft, raw.folder.path().resolve("sealed"), StandardCopyOption.ATOMIC_MOVE);
    return Answer.mustBe(length.bytes, Files.size(sealed));
  }
}
