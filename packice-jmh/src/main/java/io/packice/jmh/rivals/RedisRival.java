package io.packice.jmh.rivals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Values in a Redis server, over its Unix socket. */
final class RedisRival implements Rival {
  static final String SETTINGS =
      "redis-server of the distribution, --port 0 --unixsocket …, --save '' --appendonly no (nothing is"
          + " written to disk), Jedis over the Unix socket by junixsocket, one connection that is kept, binary keys and values";

  private static final byte[] KEY = "object".getBytes(StandardCharsets.UTF_8);
  private static final int TIMEOUT_MS = 60_000;
  private static final int BUFFER_BYTES = 1 << 20;

  private final ServerProcess server;
  private final Jedis client;

  RedisRival(Path folder) throws IOException {
    Path socket = folder.resolve("redis.sock");
    server = ServerProcess.start(folder, List.of("redis-server", "--port", "0", "--unixsocket", socket.toString(),
        "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir",
        folder.toString()));
    client = server.connect(() -> connect(socket));
  }

  private static Jedis connect(Path socket) {
    JedisSocketFactory sockets = () -> open(socket);
    Jedis jedis = new Jedis(sockets, DefaultJedisClientConfig.builder().protocol(RedisProtocol.RESP2)
        .socketTimeoutMillis(TIMEOUT_MS).build());
    jedis.connect();
    jedis.ping();
    return jedis;
  }

  private static Socket open(Path socket) {
    try {
      AFUNIXSocket connection = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(socket));
      connection.setReceiveBufferSize(BUFFER_BYTES);
      connection.setSendBufferSize(BUFFER_BYTES);
      return connection;
    } catch (IOException e) {
      throw new JedisConnectionException("Cannot connect to " + socket, e);
    }
  }

  @Override
  public void put(byte[] value) {
    String _ = client.set(KEY, value);
  }

  @Override
  public long read(ToLongFunction<MemorySegment> reader) {
    return reader.applyAsLong(MemorySegment.ofArray(client.get(KEY)));
  }

  @Override
  public void close() {
    try (server; client) {
      // in this order, from the last
    }
  }
}
