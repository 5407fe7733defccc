package io.packice.transport.uds;

import io.packice.core.AcquireRequest;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.core.StorageException;
import io.packice.internal.os.Descriptor;
import io.packice.transport.plain.PlainSession;
import io.packice.transport.wire.Command;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A session over a Unix socket. Its leases end when its connection does, so also when this process is killed.
 *
 * <p>Requests take turns on that connection. What may take long is asked on further ones, which share the session, so that it holds up no other
 * thread: creating, freezing, sealing, discarding, releasing drafts. A peer of an earlier version lets nobody share a session; there is one connection then. An
 * acquire that has to wait for somebody's seal does so on a connection of its own.
 */
public final class UdsSession implements Session {
  /** The longest single wait that is asked of the peer; a longer patience asks again. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final Path socketPath;
  private final Lane main;
  private final ReentrantLock turn = new ReentrantLock(); // on the main lane
  private final SideLanes sides = new SideLanes(this::openSide);
  private volatile @Nullable String sessionId; // null if it cannot be shared
  private volatile boolean renewsMany = true;
  private volatile boolean closed;
  private volatile boolean broken;

  private UdsSession(Path socketPath, Channel channel) {
    this.socketPath = socketPath;
    this.main = lane(channel);
  }

  private Lane lane(Channel channel) {
    return new Lane(channel, refusal -> Log.notReleased(socketPath, refusal));
  }

  /**
   * Connects to the peer behind a socket. A server that knows no hello is spoken to as it expects ({@link PlainSession}).
   *
   * @param socket the socket's path
   * @return a session; the caller closes it
   * @throws PeerUnavailableException if no peer answers there; the message says how to start one
   * @throws NotPermittedException if this user may not open the socket
   * @throws io.packice.core.StorageException if this process cannot use Unix sockets at all; the message says what it lacks
   * @throws IllegalArgumentException if the path is too long for a socket
   */
  public static Session connect(Path socket) {
    Path path = UdsAddress.checked(socket);
    UdsSession session = welcomed(path);
    return session != null ? session : new PlainSession(new PlainSocket(path));
  }

  /** A session; null if who listens there does not know what that is. */
  private static @Nullable UdsSession welcomed(Path path) {
    Dial.requireSocket(path);
    try {
      UdsSession session = new UdsSession(path, Dial.connect(path));
      try {
        if (session.isWelcome()) {
          return session;
        }
      } catch (Throwable failure) {
        session.main.close();
        throw failure;
      }
      session.main.close();
      return null;
    } catch (IOException e) {
      throw Dial.failure(path, e);
    }
  }

  /** Says hello. False if the peer does not know what that is. */
  private boolean isWelcome() {
    try {
      Response answer = main.answerTo(Request.hello(null));
      if (answer.isPlainRefusal()) {
        return false;
      }
      sessionId = Lane.unlessRefused(answer).sessionId();
      return true;
    } catch (IOException e) {
      throw broken(String.valueOf(e.getMessage()), e);
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
    try (UdsSession waiting = welcomed(socketPath)) {
      AcquireRequest read = AcquireRequest.read(Objects.requireNonNull(request.id())).withPatience(patience);
      if (waiting != null) {
        waiting.acquireNow(read).extent().close();
      }
    } catch (NotSealedException | NotFoundException lookAgain) {
      return;
    }
  }

  private Grant acquireNow(AcquireRequest request) {
    return request.intent() == Intent.CREATE || request.intent() == Intent.READ_OR_CREATE
        ? aside(lane -> acquireNow(request, lane))
        : inTurn(lane -> acquireNow(request, lane));
  }

  private Grant acquireNow(AcquireRequest request, Lane lane) throws IOException {
    Lease lease = lane.exchange(Request.of(Command.ACQUIRE, request)).toLease();
    List<Descriptor> received = lane.channel.takeDescriptors();
    if (lane.channel.takeLoss()) {
      received.forEach(Descriptor::close);
      throw tooManyOpenFiles(lease, lane);
    }
    if (received.size() > 1) {
      received.forEach(Descriptor::close);
      throw broken("it sent " + received.size() + " descriptors for one extent", null);
    }
    return new Grant(lease, received.isEmpty() ? openEmpty(lease) : received.getFirst());
  }

  /** The kernel had no descriptor left for this process. Nobody else hears of that lease, so it ends; all others stay. */
  private static StorageException tooManyOpenFiles(Lease lease, Lane lane) throws IOException {
    StorageException refusal = new StorageException("Cannot acquire " + lease.object().id()
        + ": too many open files in this process; close some objects, or raise its limit (ulimit -n)");
    try {
      Response _ = lane.exchange(Request.of(Command.RELEASE, lease.id()));
    } catch (PackiceException alsoFailed) {
      refusal.addSuppressed(alsoFailed);
    }
    return refusal;
  }

  /** An object without blobs has no extent, and its peer sends no descriptor. */
  private Extent openEmpty(Lease lease) {
    if (!lease.object().blobs().isEmpty()) {
      throw broken("it sent no descriptor for " + lease.object().id(), null);
    }
    return Descriptor.ofNothing(lease.object().id().value());
  }

  /** A peer of an earlier version does not know the command, the only reason for which it calls this one invalid; the seal freezes then. */
  @Override
  public void freeze(List<LeaseId> leases) {
    Session.requireFew(leases, List.of());
    try {
      Response _ = call(Request.of(Command.FREEZE, leases));
    } catch (InvalidRequestException unknownCommand) {
      Log.cannotFreeze(socketPath, unknownCommand);
    }
  }

  @Override
  public void seal(List<LeaseId> leases, List<ObjectId> discards) {
    Session.requireFew(leases, discards);
    Response _ = call(Request.of(Command.SEAL, new Request.Seal(leases, discards)));
  }

  @Override
  public void discard(LeaseId lease) {
    Response _ = call(Request.of(Command.DISCARD, lease));
  }

  @Override
  public void release(LeaseId lease) {
    if (!closed) {
      Response _ = call(Request.of(Command.RELEASE, lease));
    }
  }

  @Override
  public void releaseSoon(LeaseId lease) {
    if (!closed) {
      inTurn(lane -> {
        lane.send(Request.of(Command.RELEASE, lease));
        return lease;
      });
    }
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    return call(Request.renew(List.of(lease), false)).toTtl();
  }

  /** Beside whatever takes long, so that nothing ends meanwhile. A peer of an earlier version renews one lease at a time. */
  @Override
  public List<LeaseId> renew(List<LeaseId> leases) {
    if (!renewsMany) {
      return Session.super.renew(leases);
    }
    try {
      return Request.renew(leases, part -> beside(lane -> lane.exchange(part)));
    } catch (InvalidRequestException unknownField) {
      renewsMany = false;
      return Session.super.renew(leases);
    }
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    Session.requirePage(prefix, limit);
    return call(Request.of(Command.LIST, new Request.Page(prefix, after, limit))).toPage();
  }

  @Override
  public ObjectStatus stat(ObjectId id) {
    return call(Request.of(Command.STAT, id)).toStatus();
  }

  @Override
  public Part<ObjectStatus> idle(long bytes, long skip, int limit) {
    Session.requirePart(skip, limit);
    return call(Request.of(Command.IDLE, new Request.Slice(bytes, skip, limit))).toIdle();
  }

  @Override
  public PeerStats stats() {
    return call(Request.of(Command.STATS)).toStats();
  }

  @Override
  public Part<SessionStatus> sessions(long skip, int limit) {
    Session.requirePart(skip, limit);
    return call(Request.of(Command.SESSIONS, new Request.Slice(0, skip, limit))).toSessions();
  }

  @Override
  public void pin(ObjectId id) {
    Response _ = call(Request.of(Command.PIN, id));
  }

  @Override
  public void unpin(ObjectId id) {
    Response _ = call(Request.of(Command.UNPIN, id));
  }

  /** What is done on a connection. */
  @FunctionalInterface
  private interface Use<T> {
    T of(Lane lane) throws IOException;
  }

  private Response call(Request<?> request) {
    return request.command().isLong() ? aside(lane -> lane.exchange(request)) : inTurn(lane -> lane.exchange(request));
  }

  private <T> T inTurn(Use<T> use) {
    turn.lock();
    try {
      return guarded(main, use);
    } finally {
      turn.unlock();
    }
  }

  /** What may take long, beside others. Releases that were asked for before are done before. */
  private <T> T aside(Use<T> use) {
    return on(sessionId == null ? null : sides.take(), lane -> {
      boolean _ = inTurn(first -> {
        first.readUnread();
        return true;
      });
      return use.of(lane);
    }, use);
  }

  /** What is short, and waits for nothing that takes long. */
  private <T> T beside(Use<T> use) {
    return on(sessionId == null ? null : sides.takeAtOnce(), use, use);
  }

  /** On a side lane, or else in turn on the main one. */
  private <T> T on(@Nullable Lane side, Use<T> use, Use<T> otherwise) {
    if (side == null) {
      return inTurn(otherwise);
    }
    try {
      return guarded(side, use);
    } finally {
      sides.giveBack(side);
    }
  }

  private <T> T guarded(Lane lane, Use<T> use) {
    try {
      requireUsable();
      return use.of(lane);
    } catch (IOException e) {
      throw broken(String.valueOf(e.getMessage()), e);
    } finally {
      lane.channel.takeDescriptors().forEach(Descriptor::close); // those that nobody had asked for
    }
  }

  /** One more connection; null if none can be had, which only makes others wait. */
  private @Nullable Lane openSide() {
    String id = sessionId;
    if (id == null) {
      return null;
    }
    try {
      Lane lane = lane(Dial.connect(socketPath));
      try {
        Response _ = lane.exchange(Request.hello(null).within(id));
        return lane;
      } catch (Throwable failure) {
        lane.close();
        throw failure;
      }
    } catch (IOException | PackiceException none) {
      Log.noFurtherConnection(socketPath, none);
      return null;
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
    sides.close();
    try {
      main.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private PeerUnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new PeerUnavailableException("Cannot reach the peer at " + socketPath + ": " + why
        + "; its leases are gone, connect anew. To start a peer: " + Dial.serveCommand(socketPath), cause);
  }

  @Override
  public void close() {
    closed = true;
    sides.close();
    try {
      main.close();
    } catch (IOException e) {
      throw unavailable("closing the connection: " + e.getMessage(), e);
    }
  }
}
