package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.transport.http.HttpClientOptions;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
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
 * Claim: an object that is fetched over HTTP on one host, into shared memory and with its checksum compared, takes at most 1.25 times what a raw
 * write of the same mapping to a socket takes (the floor), received into shared memory that is made and sealed in the same way. A second floor
 * receives into memory that is there already, which no object can be: what lies between the two is the kernel clearing pages. The sender and
 * the receiver share the host's cores.
 *
 * <pre>
 *   ./packice bench HttpTransfer
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Quick("bytes=4096,67108864")
public class HttpTransferBenchmark {
  private static final byte FILLING = 7;

  /** The length of the object. */
  @Param({"4096", "268435456"}) public int bytes;

  private ServedMemory memory;
  private HttpServer server;
  private PackiceClient client;
  private PackiceClient oneStream;
  private LeasedObject payload;
  private RawSocket socket;
  private Arena arena;
  private MemorySegment old;
  private MemfdBlobStore fresh;

  /** Seals the object, and connects. */
  @Setup
  public void connect() throws IOException {
    memory = ServedMemory.start();
    server = HttpServer.open(memory.peer(),
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    client = Packice.connect(server.address().toString());
    oneStream = Packice.connect(server.address(), HttpClientOptions.DEFAULT.withStreams(1));
    try (ObjectWriter writer = memory.client().create("payload", bytes)) {
      writer.blob(0).segment().fill(FILLING);
      writer.seal();
    }
    payload = memory.client().get("payload");
    socket = new RawSocket(payload.blob(0).segment().asByteBuffer());
    arena = Arena.ofShared();
    old = arena.allocate(bytes);
    fresh = new MemfdBlobStore();
  }

  /** Ends all. */
  @TearDown
  public void close() throws IOException {
    socket.close();
    arena.close();
    payload.close();
    fresh.close();
    oneStream.close();
    client.close();
    server.close();
    memory.close();
  }

  private long ends(MemorySegment received) {
    return Answer.mustBe(2 * FILLING,
        received.get(ValueLayout.JAVA_BYTE, 0) + received.get(ValueLayout.JAVA_BYTE, received.byteSize() - 1));
  }

  private long fetch(PackiceClient from) {
    try (LeasedObject object = from.get("payload")) {
      return ends(object.blob(0).segment());
    }
  }

  /** Over the client's parallel streams. */
  @Benchmark
  public long packice() {
    return fetch(client);
  }

  /** Over one stream. */
  @Benchmark
  public long packiceOneStream() {
    return fetch(oneStream);
  }

  /** From a raw socket into shared memory that is made and sealed for it. */
  @Benchmark
  @ComparedTo("packice")
  public long floorSocketIntoNewMemory() throws IOException {
    StoredObject object =
        new StoredObject(new ObjectId("floor"), List.of(new Blob(0, bytes)), Metadata.empty(), null, null);
    BlobStore.Draft draft = fresh.allocate(object.id(), OptionalLong.of(bytes));
    long ends;
    try (Extent extent = draft.openWriter(); Arena mapping = Arena.ofShared()) {
      MemorySegment target = extent.map(0, bytes, Extent.Access.READ_WRITE, mapping);
      socket.receive(target);
      ends = ends(target);
    }
    draft.freeze(object);
    draft.seal(object).discard();
    return ends;
  }

  /** From a raw socket into memory that is there. */
  @Benchmark
  @ComparedTo("packice")
  public long floorSocketIntoOldMemory() throws IOException {
    socket.receive(old);
    return ends(old);
  }
}
