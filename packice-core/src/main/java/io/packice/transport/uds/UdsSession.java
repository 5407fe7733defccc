package io.packice.transport.uds;

import io.packice.core.AcquireRequest;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.internal.os.Descriptor;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * A session over a Unix socket: one connection, on which requests take turns. Its leases end when the connection does, so also when this
 * process is killed.
 *
 * <p>An acquire that has to wait for somebody's seal does so on a connection of its own, so that it holds nobody up.
 */
public final class UdsSession implements Session {
  /** The longest single wait that is asked of the peer; a longer patience asks again. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  /** So few that their answers always fit into the socket's buffer: the peer must never wait for us to read them. */
  private static final int MOST_UNREAD = 64;

  private final Path socketPath;
  private final Channel channel;
  private final ReentrantLock turn = new ReentrantLock();
  private int unread; // guarded by turn: answers that are still to come, of releases that nobody waits for
  private volatile boolean closed;
  private volatile boolean broken;

  private UdsSession(Path socketPath, Channel channel) {
    this.socketPath = socketPath;
    this.channel = channel;
  }

  /**
   * Connects to the peer behind a socket.
   *
   * @param socket the socket's path
   * @return a session; the caller closes it
   * @throws PeerUnavailableException if no peer answers there; the message says how to start one
   * @throws NotPermittedException if this user may not open the socket
   * @throws io.packice.core.StorageException if this process cannot use Unix sockets at all; the message says what it lacks
   * @throws IllegalArgumentException if the path is too long for a socket
   */
  public static UdsSession connect(Path socket) {
    Path path = UdsAddress.checked(socket);
    if (!Files.exists(path)) {
      throw new PeerUnavailableException(
          "Cannot connect to " + path + ": there is no socket; start a peer with: " + serveCommand(path));
    }
    if (Files.isDirectory(path)) {
      throw new PeerUnavailableException(
          "Cannot connect to " + path + ": it is a folder; give the path of the socket in it");
    }
    UdsLibrary.require();
    try {
      AFUNIXSocket connection = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(path));
      UdsSession session = new UdsSession(path, Channel.ofClient(connection));
      try {
        Response _ = session.call(Request.hello());
        return session;
      } catch (Throwable failure) {
        connection.close();
        throw failure;
      }
    } catch (IOException e) {
      if (!Files.isWritable(path)) {
        throw new NotPermittedException("Cannot connect to " + path
            + ": this user may not; the peer's owner can let it in: packice serve --allow-uid or --allow-gid", e);
      }
      throw new PeerUnavailableException("Cannot connect to " + path + ": " + e.getMessage()
          + "; no peer listens there, start one with: " + serveCommand(path), e);
    }
  }

  @Override
  public Grant acquire(AcquireRequest request) {
    if (request.patience().isZero() || request.intent() == Intent.CREATE) {
      return acquireNow(request);
    }
    long startNanos = System.nanoTime();
    while (true) {
      try {
        return acquireNow(request.withPatience(Duration.ZERO));
      } catch (NotSealedException notYet) {
        Duration left = request.patience().minusNanos(System.nanoTime() - startNanos);
        if (!left.isPositive()) {
          throw notYet;
        }
        awaitSeal(request, left.compareTo(MAX_WAIT) < 0 ? left : MAX_WAIT);
      }
    }
  }

  /** Comes back when the draft is sealed or gone, or the time is over; the caller then looks for itself. */
  private void awaitSeal(AcquireRequest request, Duration patience) {
    try (UdsSession waiting = connect(socketPath)) {
      AcquireRequest read = AcquireRequest.read(Objects.requireNonNull(request.id())).withPatience(patience);
      waiting.acquireNow(read).extent().close();
    } catch (NotSealedException | NotFoundException lookAgain) {
      return;
    }
  }

  private Grant acquireNow(AcquireRequest request) {
    turn.lock();
    try {
      Lease lease = exchange(Request.acquire(request)).toLease();
      List<Descriptor> received = channel.takeDescriptors();
      if (received.size() > 1) {
        received.forEach(Descriptor::close);
        throw broken("it sent " + received.size() + " descriptors for one extent", null);
      }
      return new Grant(lease, received.isEmpty() ? openEmpty(lease) : received.getFirst());
    } finally {
      channel.takeDescriptors().forEach(Descriptor::close); // those that nobody had asked for
      turn.unlock();
    }
  }

  /** An object without blobs has no extent, and its peer sends no descriptor. */
  private Extent openEmpty(Lease lease) {
    if (!lease.object().blobs().isEmpty()) {
      throw broken("it sent no descriptor for " + lease.object().id(), null);
    }
    return Descriptor.memfd(lease.object().id().value());
  }

  @Override
  public void seal(List<LeaseId> leases, List<ObjectId> discards) {
    Session.requireFewDiscards(discards);
    Response _ = call(Request.seal(leases, discards));
  }

  @Override
  public void discard(LeaseId lease) {
    Response _ = call(Request.ofLease("discard", lease));
  }

  @Override
  public void release(LeaseId lease) {
    if (!closed) {
      Response _ = call(Request.ofLease("release", lease));
    }
  }

  @Override
  public void releaseSoon(LeaseId lease) {
    turn.lock();
    try {
      if (!closed) {
        requireUsable();
        if (unread == MOST_UNREAD) {
          readUnread();
        }
        channel.write(Request.ofLease("release", lease), null);
        unread++;
      }
    } catch (IOException e) {
      throw broken(String.valueOf(e.getMessage()), e);
    } finally {
      turn.unlock();
    }
  }

  /** Reads the answers that nobody has waited for. A release that went wrong has nobody to tell, and the lease ends with the session. */
  private void readUnread() throws IOException {
    for (; unread > 0; unread--) {
      PackiceException refusal = read().toException();
      if (refusal != null) {
        Log.notReleased(socketPath, refusal);
      }
    }
  }

  private Response read() throws IOException {
    String answer = channel.read();
    if (answer == null) {
      throw broken("the peer closed the connection", null);
    }
    return Wire.response(answer);
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    return call(Request.ofLease("renew", lease)).toTtl();
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    if (limit < 1 || limit > ObjectPage.MAX_LIMIT) {
      throw new IllegalArgumentException(
          "Cannot list " + limit + " objects a page; ask for 1 to " + ObjectPage.MAX_LIMIT);
    }
    return call(Request.list(prefix, after, limit)).toPage();
  }

  @Override
  public ObjectStatus stat(ObjectId id) {
    return call(Request.ofObject("stat", id)).toStatus();
  }

  @Override
  public List<ObjectStatus> idle(long bytes) {
    return call(Request.idle(bytes)).toPage().objects();
  }

  @Override
  public PeerStats stats() {
    return call(Request.plain("stats")).toStats();
  }

  @Override
  public List<SessionStatus> sessions() {
    return call(Request.plain("sessions")).toSessions();
  }

  @Override
  public void pin(ObjectId id) {
    Response _ = call(Request.ofObject("pin", id));
  }

  @Override
  public void unpin(ObjectId id) {
    Response _ = call(Request.ofObject("unpin", id));
  }

  private Response call(Request request) {
    turn.lock();
    try {
      return exchange(request);
    } finally {
      channel.takeDescriptors().forEach(Descriptor::close); // those that nobody had asked for
      turn.unlock();
    }
  }

  /** Called with the turn. */
  private Response exchange(Request request) {
    try {
      requireUsable();
      channel.write(request, null);
      readUnread();
      Response response = read();
      PackiceException refusal = response.toException();
      if (refusal != null) {
        throw refusal;
      }
      return response;
    } catch (IOException e) {
      throw broken(String.valueOf(e.getMessage()), e);
    }
  }

  private void requireUsable() {
    if (closed) {
      throw new IllegalStateException("Cannot use this session: it is closed; connect anew");
    }
    if (broken) {
      throw unavailable("the connection broke earlier", null);
    }
  }

  /** The connection is of no use any more: nobody knows what its next bytes would belong to. */
  private PeerUnavailableException broken(String why, @Nullable Throwable cause) {
    broken = true;
    PeerUnavailableException failure = unavailable(why, cause);
    try {
      channel.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private PeerUnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new PeerUnavailableException("Cannot reach the peer at " + socketPath + ": " + why
        + "; its leases are gone, connect anew. To start a peer: " + serveCommand(socketPath), cause);
  }

  private static String serveCommand(Path socket) {
    return "packice serve --socket " + UdsAddress.forShell(socket);
  }

  @Override
  public void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw unavailable("closing the connection: " + e.getMessage(), e);
    }
  }
}
