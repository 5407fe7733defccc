package io.packice.transport.http;

import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.StorageException;
import io.packice.metrics.MeteredPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves a peer over HTTP: JSON commands, REST beside them, and blobs written from the mapping. The protocol is in docs/protocol.md.
 *
 * <p>A lease that is given over HTTP belongs to no connection: it lives with the session that its client has opened and keeps alive, or by its TTL, 60 seconds if
 * the client does not say, and by renewals. What is answered is a table of {@linkplain Route routes}, to which other modules add theirs. Bodies hold no thread while they move, so a slow client holds nobody up; {@link HttpLimits} bounds what one may take. Nothing
 * that a client sends can stop the server. Whoever opened it closes it; the peer stays open.
 */
public final class HttpServer implements AutoCloseable {
  private static final int MOST_THREADS = 128;
  private static final int INPUT_BUFFER_BYTES = 64 << 10;
  private static final Duration IDLE_WHEN_FULL = Duration.ofSeconds(1);
  private static final long SWEEPS_PER_IDLE = 4;
  private static final long LONGEST_SWEEP_MILLIS = 1_000;

  private final HttpOptions options;
  private final Server server;
  private final ServerConnector connector;
  private final NetworkConnectionLimit most;
  private final Connections connections;
  private final Session session;
  private final OpenSessions sessions;
  private final HeldLeases leases;
  private final ScheduledExecutorService sweeper;
  private volatile int port;

  private HttpServer(Peer peer, HttpOptions options, List<Route> more) {
    this.options = options;
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
    threads.setName("packice-http");
    threads.setDaemon(true);
    // Jetty 12.1.14 lets two threads into a connection whose head it has refused, and each gives its buffer back. A buffer that is twice in a pool
    // becomes that of two connections, and one client reads the other's bytes: so no pool (docs/decisions/0012).
    this.server = new Server(threads, null, ByteBufferPool.NON_POOLING);
    MeteredPeer metered = MeteredPeer.of(peer);
    this.connections = new Connections(metered.http());
    this.connector = connector();
    this.most = limit(options.limits().connections(), connector);
    server.addConnector(connector);
    server.addBean(most);
    connector.addBean(connections);
    server.setRequestLog(new AccessLog(options.accessLog(), metered.http()));
    this.session = metered.openSession(OpenSessions.SOMEBODY);
    this.sessions = new OpenSessions(metered, System::nanoTime);
    this.leases = new HeldLeases(session);
    Transfers transfers = new Transfers(options.limits(), metered.http());
    Requests requests = Requests.remembered(System::nanoTime);
    metered.http().watch(requests::heldBytes, transfers::heldBytes, sessions::count);
    Served served = new Served(metered, session, sessions, leases, requests, options, transfers, new Digests());
    server.setHandler(new Front(new Guard(options.token()), routes(served, more), served, connections));
    server.setErrorHandler(this::answerError);
    this.sweeper = Executors
        .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("packice-http-sweep").factory());
    long everyMillis =
        Math.clamp(options.limits().idle().toMillis() / SWEEPS_PER_IDLE, 1, LONGEST_SWEEP_MILLIS);
    Future<?> _ =
        sweeper.scheduleWithFixedDelay(() -> sweep(transfers, requests), everyMillis, everyMillis,
            TimeUnit.MILLISECONDS);
  }

  private static RouteTable routes(Served served, List<Route> more) {
    List<Route> all = new ArrayList<>(new CommandRoutes(served).all());
    all.addAll(new ObjectRoutes(served).all());
    all.addAll(more);
    return new RouteTable(all);
  }

  /**
   * Listens on an address and serves a peer there until closed.
   *
   * @param peer what is served; it stays the caller's
   * @param options where, to whom and how
   * @return the server, listening; the caller closes it
   * @throws StorageException if it cannot listen there, for example because the port is taken, or a file of the options cannot be read
   * @throws IllegalArgumentException if the certificate and key are of no use
   * @throws IllegalStateException if the peer is closed
   */
  public static HttpServer open(Peer peer, HttpOptions options) {
    return open(peer, options, List.of());
  }

  /**
   * Listens on an address and serves a peer there, and what other modules add to it, until closed.
   *
   * @param peer what is served; it stays the caller's
   * @param options where, to whom and how; they hold for all routes
   * @param more what is answered besides the peer's own paths
   * @return the server, listening; the caller closes it
   * @throws StorageException if it cannot listen there, for example because the port is taken, or a file of the options cannot be read
   * @throws IllegalArgumentException if the certificate and key are of no use, or a request could mean two routes
   * @throws IllegalStateException if the peer is closed
   */
  public static HttpServer open(Peer peer, HttpOptions options, List<Route> more) {
    HttpServer opened = new HttpServer(peer, options, more);
    try {
      opened.server.start();
      opened.port = opened.connector.getLocalPort();
      return opened;
    } catch (Exception e) {
      opened.close();
      InetSocketAddress address = options.address();
      Throwable cause = e instanceof IOException && e.getCause() != null ? e.getCause() : e;
      throw new StorageException("Cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
          + cause.getMessage() + "; choose another address or port", e);
    }
  }

  private ServerConnector connector() {
    HttpLimits limits = options.limits();
    HttpConfiguration http = new HttpConfiguration();
    http.setRequestHeaderSize(limits.headerBytes());
    http.setInputBufferSize(Math.max(INPUT_BUFFER_BYTES, limits.headerBytes()));
    http.setUseInputDirectByteBuffers(false); // without a pool, the heap's are cheap
    http.setUseOutputDirectByteBuffers(false);
    http.setSendServerVersion(false);
    http.setUriCompliance(UriCompliance.UNSAFE); // UrlPath is the judge of paths: an id may have any character
    http.setIdleTimeout(limits.idle().toMillis());
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    ServerConnector result;
    if (options.tls() == null) {
      result = new Listener(server, plain);
    } else {
      SslContextFactory.Server ssl = new SslContextFactory.Server();
      ssl.setSslContext(Pem.server(options.tls()));
      // It is the client who looks whether the certificate is for the name or address that it asked for. There is one service for all names,
      // and who may use it is the token's to say; so a probe by an address that the certificate lacks is answered.
      http.addCustomizer(new SecureRequestCustomizer(false));
      result = new Listener(server, new SslConnectionFactory(ssl, plain.getProtocol()), plain);
    }
    result.setHost(options.address().getAddress().getHostAddress());
    result.setPort(options.address().getPort());
    result.setIdleTimeout(limits.idle().toMillis());
    return result;
  }

  /** Says why it cannot accept a connection: Jetty waits a second and tries again. */
  private static final class Listener extends ServerConnector {
    Listener(Server server, ConnectionFactory... factories) {
      super(server, 1, -1, factories);
    }

    @Override
    protected boolean handleAcceptFailure(Throwable failure) {
      if (isRunning()) {
        Log.cannotAccept(failure);
      }
      return super.handleAcceptFailure(failure);
    }
  }

  private static NetworkConnectionLimit limit(int connections, ServerConnector connector) {
    NetworkConnectionLimit limit = new NetworkConnectionLimit(connections, connector);
    limit.setEndPointIdleTimeout(IDLE_WHEN_FULL.toMillis());
    return limit;
  }

  private void sweep(Transfers transfers, Requests requests) {
    try {
      requests.sweep();
      transfers.sweep();
      sessions.sweep();
      leases.sweep();
      boolean isFull = most.getNetworkConnectionCount() >= most.getMaxNetworkConnectionCount();
      Duration idle = options.limits().idle();
      connections.sweep(isFull && idle.compareTo(IDLE_WHEN_FULL) > 0 ? IDLE_WHEN_FULL : idle);
    } catch (RuntimeException failure) { // the next sweep must come
      Log.unexpected(failure);
    }
  }

  /** The way in. */
  private static final class Front extends Handler.Abstract.NonBlocking {
    private final Guard guard;
    private final RouteTable routes;
    private final Served served;
    private final Connections connections;

    Front(Guard guard, RouteTable routes, Served served, Connections connections) {
      this.guard = guard;
      this.routes = routes;
      this.served = served;
      this.connections = connections;
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.BLOCKING; // the peer may wait for a disk or a seal
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      connections.begin(request);
      Exchange exchange = Exchange.begin(request, response, callback, served.transfers());
      if (exchange != null) {
        exchange.guard(() -> {
          RouteTable.Match match = routes.find(exchange.isHead() ? "GET" : exchange.method(), exchange.path());
          request.setAttribute(AccessLog.ROUTE, match.name());
          guard.check(exchange, match.access());
          Codings.check(exchange.headers());
          exchange.header(Repetitions.MOMENT, served.requests().ofObjects().moment());
          routes.handle(exchange, match);
        });
      }
      return true;
    }
  }

  /** What Jetty refuses by itself, such as a head that is too long, looks like all other refusals. */
  private boolean answerError(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    String why = status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431
        ? "Cannot read the head of the request: it is longer than " + options.limits().headerBytes()
            + " bytes; send fewer or shorter fields"
        : "Cannot serve the request: " + (message == null ? "status " + status : message);
    Exchange.answer(response, callback, new Refusal(status, Refusal.codeOf(status), why));
    return true;
  }

  /**
   * Where it listens.
   *
   * @return such as {@code http://127.0.0.1:7225}, for {@code Packice.connect}
   */
  public URI address() {
    String host = options.address().getAddress().getHostAddress();
    return URI.create((options.tls() == null ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host)
        + ":" + port);
  }

  /** Stops listening, ends every connection and every lease that was given over HTTP. A second close does nothing. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    try {
      server.stop();
    } catch (Exception e) {
      Log.cannotStop(e);
    }
    leases.close();
    sessions.close();
    session.close();
    awaitSweeper();
  }

  private void awaitSweeper() {
    try {
      boolean _ = sweeper.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
