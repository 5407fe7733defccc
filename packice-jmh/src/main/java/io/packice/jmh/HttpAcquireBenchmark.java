package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claim: over HTTP on one host, a lease on an object of 4 KiB, its bytes fetched, compared with their checksum and looked at, and its release, take a
 * few times what one request over the JDK's client and the same server takes (the floor): there is one for each of the three. A lower floor is a byte there
 * and back over such a socket. On one host the Unix socket is the better choice: {@link AcquireBenchmark}. Each call is timed by itself.
 *
 * <pre>
 *   ./packice bench HttpAcquire
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class HttpAcquireBenchmark {
  private static final int BYTES = 4096;
  private static final byte FILLING = 7;
  private static final int OK = 200;

  private ServedMemory memory;
  private HttpServer server;
  private PackiceClient client;
  private HttpClient plain;
  private HttpRequest health;
  private RawSocket socket;
  private Arena arena;
  private MemorySegment room;

  /** Seals the object, and connects. */
  @Setup
  public void connect() throws IOException {
    memory = ServedMemory.start();
    server = HttpServer.open(memory.peer(),
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    client = Packice.connect(server.address().toString());
    try (ObjectWriter writer = memory.client().create("object", BYTES)) {
      writer.blob(0).segment().fill(FILLING);
      writer.seal();
    }
    plain = HttpClient.newHttpClient();
    health = HttpRequest.newBuilder(URI.create(server.address() + "/health")).build();
    socket = new RawSocket(ByteBuffer.allocateDirect(1).put(FILLING).flip());
    arena = Arena.ofShared();
    room = arena.allocate(1);
  }

  /** Ends all. */
  @TearDown
  public void close() throws IOException {
    arena.close();
    socket.close();
    plain.close();
    client.close();
    server.close();
    memory.close();
  }

  /** Leased, fetched, looked at, released. */
  @Benchmark
  public long packice() {
    try (LeasedObject object = client.get("object")) {
      return Answer.mustBe(FILLING, object.blob(0).segment().get(ValueLayout.JAVA_BYTE, BYTES - 1));
    }
  }

  /** One request, and its answer. */
  @Benchmark
  @ComparedTo("packice")
  public long floorRequest() throws IOException, InterruptedException {
    return Answer.mustBe(OK, plain.send(health, BodyHandlers.ofByteArray()).statusCode());
  }

  /** A byte there and back. */
  @Benchmark
  @ComparedTo("packice")
  public long floorPingPong() throws IOException {
    socket.receive(room);
    return Answer.mustBe(FILLING, room.get(ValueLayout.JAVA_BYTE, 0));
  }
}
