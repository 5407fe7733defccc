package io.packice.transport.http;

import io.packice.core.ErrorCode;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The connections of one client that carry the bytes of blobs; each is used again and again. Safe from any thread. */
final class BulkPool implements AutoCloseable {
  private static final long FIRST_PAUSE_MILLIS = 50;

  private final URI peer;
  private final SSLContext tls;
  private final HttpClientOptions options;
  private final Deque<BulkConnection> idle = new ArrayDeque<>(); // guarded by this
  private boolean closed; // guarded by this

  /** Something that is done over one connection, and from its start again if that breaks. */
  interface Exchange<T> {
    T over(BulkConnection connection) throws IOException;
  }

  BulkPool(URI peer, SSLContext tls, HttpClientOptions options) {
    this.peer = peer;
    this.tls = tls;
    this.options = options;
  }

  /**
   * Does it, with as many attempts as the options allow.
   *
   * @param what for the message
   * @throws PackiceException what the peer refuses; UNAVAILABLE if the connection broke too often
   */
  <T> T run(String what, Exchange<T> exchange) {
    IOException last = null;
    for (int attempt = 0; attempt < options.attempts(); attempt++) {
      BulkConnection connection = attempt == 0 ? take() : null; // one that was kept may have been closed by the peer
      try {
        if (connection == null) {
          pause(attempt);
          connection = open();
        }
        T result = exchange.over(connection);
        giveBack(connection);
        return result;
      } catch (IOException e) {
        close(connection, e);
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
      } catch (PackiceException refused) {
        if (connection != null) {
          giveBack(connection);
        }
        if (refused.code() != ErrorCode.UNAVAILABLE || attempt + 1 == options.attempts()) {
          throw refused;
        }
        last = new IOException(refused);
      } catch (RuntimeException | Error failure) {
        close(connection, failure);
        throw failure;
      }
    }
    throw new PeerUnavailableException("Cannot " + what + " at " + peer + ": "
        + (last == null ? "" : last.getMessage()) + " (" + options.attempts()
        + " attempts); see whether the peer lives, and try again", last);
  }

  static void pause(int attempt) throws IOException {
    if (attempt > 0) {
      try {
        Thread.sleep(FIRST_PAUSE_MILLIS << Math.min(attempt, 5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("this thread was interrupted", e);
      }
    }
  }

  private BulkConnection open() throws IOException {
    String authority = peer.getRawAuthority();
    return new BulkConnection(Link.open(peer, tls, options.timeout()), authority, options.token());
  }

  private synchronized @Nullable BulkConnection take() {
    if (closed) {
      throw new IllegalStateException("Cannot use this session: it is closed; connect anew");
    }
    return idle.pollLast();
  }

  private void giveBack(BulkConnection connection) {
    synchronized (this) {
      if (!closed && connection.isReusable() && idle.size() < 2 * options.streams()) {
        idle.addLast(connection);
        return;
      }
    }
    close(connection, null);
  }

  private static void close(@Nullable BulkConnection connection, @Nullable Throwable because) {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (IOException e) {
      if (because != null) {
        because.addSuppressed(e);
      } else {
        Log.connectionLost(e);
      }
    }
  }

  @Override
  public void close() {
    Deque<BulkConnection> rest;
    synchronized (this) {
      closed = true;
      rest = new ArrayDeque<>(idle);
      idle.clear();
    }
    rest.forEach(connection -> close(connection, null));
  }
}
