package io.packice.transport.http;

import io.packice.metrics.HttpMeters;
import io.packice.metrics.HttpMeters.CutOff;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

/**
 * The open connections of a server. Jetty ends those that are silent; one that sends a byte now and then is never silent, though its head
 * has no end, so what has no request for too long is ended here, the handshake of TLS included. Safe from any thread.
 */
final class Connections implements Connection.Listener {
  /** Who begins to send a head at the last moment has as long again to send it. */
  private static final int IDLE_TIMES_PER_HEAD = 2;

  private final HttpMeters meters;
  private final Map<Connection, Traffic> open = new ConcurrentHashMap<>();

  /** What is known of one of them. */
  private static final class Traffic {
    private final AtomicInteger requests = new AtomicInteger(); // two while one ends and the next, sent ahead, begins
    private volatile long freeSinceNanos = System.nanoTime();
    private long receivedBytes; // that have been counted; guarded by this, as is the next
    private long sentBytes;
  }

  Connections(HttpMeters meters) {
    this.meters = meters;
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof ConnectionMetaData) { // and not the TLS below it
      open.put(connection, new Traffic());
      meters.connectionOpened();
    }
  }

  @Override
  public void onClosed(Connection connection) {
    Traffic traffic = open.remove(connection);
    if (traffic != null) {
      count(connection, traffic);
      meters.connectionClosed();
    }
  }

  /** A request's head is here. */
  void begin(Request request) {
    Connection connection = request.getConnectionMetaData().getConnection();
    Traffic traffic = open.get(connection);
    if (traffic != null) {
      traffic.requests.incrementAndGet();
      Request.addCompletionListener(request, _ -> end(connection, traffic));
    }
  }

  private void end(Connection connection, Traffic traffic) {
    traffic.freeSinceNanos = System.nanoTime();
    traffic.requests.decrementAndGet();
    count(connection, traffic);
  }

  private void count(Connection connection, Traffic traffic) {
    synchronized (traffic) {
      long received = connection.getBytesIn();
      long sent = connection.getBytesOut();
      meters.moved(received - traffic.receivedBytes, sent - traffic.sentBytes);
      traffic.receivedBytes = received;
      traffic.sentBytes = sent;
    }
  }

  /** Ends those whose next request does not come to its beginning. */
  void sweep(Duration idle) {
    long mostNanos = idle.multipliedBy(IDLE_TIMES_PER_HEAD).toNanos();
    long now = System.nanoTime();
    open.forEach((connection, traffic) -> {
      count(connection, traffic);
      long freeNanos = now - traffic.freeSinceNanos;
      if (traffic.requests.get() == 0 && freeNanos > mostNanos) {
        Log.slowHead(String.valueOf(connection.getEndPoint().getRemoteSocketAddress()), Math.round(freeNanos / 1e9));
        meters.cutOff(CutOff.SLOW_HEAD);
        connection.getEndPoint().close(new TimeoutException("slow head"));
      }
    });
  }
}
