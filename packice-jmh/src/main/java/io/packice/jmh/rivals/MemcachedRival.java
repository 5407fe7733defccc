package io.packice.jmh.rivals;

import com.spotify.folsom.AsciiMemcacheClient;
import com.spotify.folsom.ConnectFuture;
import com.spotify.folsom.MemcacheClientBuilder;
import com.spotify.folsom.MemcacheStatus;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;

/** Values in memcached, over loopback. */
final class MemcachedRival implements Rival {
  static final String SETTINGS =
      "memcached of the distribution, -t 2 -m 4096 -I 1023m -U 0 -l 127.0.0.1; folsom over TCP on"
          + " loopback, since it has no Unix sockets; text protocol, one connection that is kept, replies on the event loop's own thread";

  private static final int TIMEOUT_S = 60;

  private final ServerProcess server;
  private final AsciiMemcacheClient<byte[]> client;

  MemcachedRival(Path folder, long largestBytes) throws IOException {
    int port = freePort();
    server = ServerProcess.start(folder, List.of("memcached", "-u", System.getProperty("user.name"), "-t", "2", "-m",
        "4096", "-I", "1023m", "-U", "0", "-l", "127.0.0.1", "-p", String.valueOf(port)));
    client = server.connect(() -> connect(port, largestBytes));
  }

  /** Somebody else may take it before the server does; the server then says so and ends. */
  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static AsciiMemcacheClient<byte[]> connect(int port, long largestBytes)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    AsciiMemcacheClient<byte[]> client = MemcacheClientBuilder.newByteArrayClient().withAddress("127.0.0.1", port)
        .withMaxSetLength(Math.toIntExact(largestBytes))
        .withConnectionTimeoutMillis(TimeUnit.SECONDS.toMillis(TIMEOUT_S))
        .withReplyExecutor(null).connectAscii();
    try {
      ConnectFuture.connectFuture(client).toCompletableFuture().get(TIMEOUT_S, TimeUnit.SECONDS);
      return client;
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      client.shutdown();
      throw e;
    }
  }

  @Override
  public void put(byte[] value) {
    MemcacheStatus status = client.set("object", value, 0).toCompletableFuture().join();
    if (status != MemcacheStatus.OK) {
      throw new IllegalStateException("Cannot store " + value.length + " bytes in memcached: it says " + status);
    }
  }

  @Override
  public long read(ToLongFunction<MemorySegment> reader) {
    return reader.applyAsLong(MemorySegment.ofArray(client.get("object").toCompletableFuture().join()));
  }

  @Override
  public void close() {
    client.shutdown();
    server.close();
  }
}
