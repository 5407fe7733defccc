package io.packice.transport.http;

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
import io.packice.peers.MemoryPeer;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * 256 MiB over loopback: an object fetched by the client over HTTP, checksums compared, into sealed shared memory; beside it the floor, a raw
 * write of the same mapping to a socket, received into shared memory that is made and sealed in the same way, and once more into memory that is
 * there already. Not a test; run by hand on a quiet machine, as docs/benchmarks/http-transfer.md says.
 */
final class HttpTransferBenchmark {
  private static final int BYTES = 256 << 20;
  private static final int ROUNDS = 25;
  private static final int WARM_UP = 5;

  private HttpTransferBenchmark() {
  }

  /** One way to bring the bytes here. */
  private interface Transfer {
    void run() throws IOException;
  }

  /** Prints a line for each way. */
  public static void main(String[] args) throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1L << 30);
        HttpServer server = HttpServer.open(peer,
            HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        PackiceClient local = Packice.connect(peer)) {
      try (ObjectWriter writer = local.create("payload", BYTES)) {
        writer.blob(0).segment().fill((byte) 7);
        writer.seal();
      }
      try (LeasedObject payload = local.get("payload"); Floor floor = new Floor(payload.blob(0).byteBuffer())) {
        double fresh = measure("raw socket, into new shared memory", floor::intoNewMemory);
        measure("raw socket, into memory that is there", floor::intoOldMemory);
        for (int streams : new int[] {1, 2, 4}) {
          try (PackiceClient client =
              Packice.connect(server.address(), HttpClientOptions.DEFAULT.withStreams(streams))) {
            double http = measure("HTTP client, " + streams + " streams", () -> client.get("payload").close());
            System.out.printf(Locale.ROOT, "  %.2f x of the raw socket into new shared memory%n", http / fresh);
          }
        }
        try (PackiceClient client = Packice.connect(server.address().toString())) {
          measure("HTTP client, writing", () -> {
            try (ObjectWriter writer = client.create("sent", BYTES)) {
              writer.seal();
            }
            client.discard("sent");
          });
        }
      }
    }
  }

  private static double measure(String what, Transfer transfer) throws IOException {
    double[] seconds = new double[ROUNDS];
    for (int i = -WARM_UP; i < ROUNDS; i++) {
      long start = System.nanoTime();
      transfer.run();
      if (i >= 0) {
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);
    double median = BYTES / seconds[ROUNDS / 2] / 1e9;
    System.out.printf(Locale.ROOT, "%-40s median %.2f GB/s (%.0f ms), best %.2f GB/s, worst %.2f GB/s%n", what, median,
        seconds[ROUNDS / 2] * 1e3, BYTES / seconds[0] / 1e9, BYTES / seconds[ROUNDS - 1] / 1e9);
    return median;
  }

  /** A connection whose one end writes the mapping whenever the other end asks, by one byte. */
  private static final class Floor implements AutoCloseable {
    private final SocketChannel receiving;
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment old = arena.allocate(BYTES);

    Floor(ByteBuffer payload) throws IOException {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      receiving = SocketChannel.open(listener.getLocalAddress());
      SocketChannel sending = listener.accept();
      Thread.ofPlatform().daemon().start(() -> send(sending, payload));
    }

    private static void send(SocketChannel channel, ByteBuffer payload) {
      try (channel) {
        while (channel.read(ByteBuffer.allocate(1)) == 1) {
          ByteBuffer rest = payload.duplicate();
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
        }
      } catch (IOException e) {
        System.err.println("The floor's sender failed: " + e);
      }
    }

    private void receive(MemorySegment target) throws IOException {
      receiving.write(ByteBuffer.wrap(new byte[1]));
      ByteBuffer buffer = target.asByteBuffer();
      while (buffer.hasRemaining()) {
        if (receiving.read(buffer) < 0) {
          throw new EOFException();
        }
      }
    }

    void intoOldMemory() throws IOException {
      receive(old);
    }

    void intoNewMemory() throws IOException {
      StoredObject object =
          new StoredObject(new ObjectId("floor"), List.of(new Blob(0, BYTES)), Metadata.empty(), null, null);
      BlobStore.Draft draft = new MemfdBlobStore().allocate(object.id(), OptionalLong.of(BYTES));
      try (Extent extent = draft.openWriter(); Arena mapping = Arena.ofShared()) {
        receive(extent.map(0, BYTES, Extent.Access.READ_WRITE, mapping));
      }
      draft.freeze(object);
      draft.seal(object).discard();
    }

    @Override
    public void close() throws IOException {
      receiving.close();
      listener.close();
      arena.close();
    }
  }
}
