package io.packice.cluster.network;

import io.packice.cluster.state.NetworkCounts;
import io.packice.core.ObjectId;
import io.packice.core.OutcomeUnknownException;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One peer of a network, as this process reaches it: by one session, which all clients of the network share, and which is made anew when it broke. A peer that
 * is dead costs whoever finds out one short wait, and is left alone for a while then. Safe from any thread.
 */
final class Member {
  final NetworkSettings.Member settings;
  private final Supplier<Session> dial;
  private final BiConsumer<Member, Session> join;
  private final Consumer<Session> dispose;
  private final AtomicReference<@Nullable Session> current = new AtomicReference<>();
  private final ReentrantLock connecting = new ReentrantLock();
  private final Backoff backoff = new Backoff(); // guarded by connecting
  /** Guarded by connecting. It does not let anybody wait: a peer that is just not there may be tried any time. */
  private boolean isQuick;
  private boolean wasReached; // guarded by connecting
  private volatile @Nullable String trouble;
  private volatile long silentSinceNanos;
  private volatile boolean closed;

  /** What this peer has and must not be read: versions below the number, of which it cannot be rid. */
  private final Map<ObjectId, Long> outdated = new ConcurrentHashMap<>();

  private final LongAdder requests = new LongAdder();
  private final LongAdder failovers = new LongAdder();
  private final LongAdder retries = new LongAdder();

  /**
   * A peer that is not connected to yet.
   *
   * @param dial makes a session, and comes back in a short time whatever happens
   * @param join called with each new session before anybody else uses it
   * @param dispose gets rid of a session that is of no use any more, without waiting for it
   */
  Member(NetworkSettings.Member settings, Supplier<Session> dial, BiConsumer<Member, Session> join,
      Consumer<Session> dispose) {
    this.settings = settings;
    this.dial = dial;
    this.join = join;
    this.dispose = dispose;
    this.silentSinceNanos = System.nanoTime();
  }

  String name() {
    return settings.name();
  }

  /** The session if there is one, without any attempt to make one. */
  @Nullable
  Session current() {
    return current.get();
  }

  /** Why it is not reached; null if it is. */
  @Nullable
  String trouble() {
    return current.get() != null ? null : trouble == null ? "not tried yet" : trouble;
  }

  /** For how long it has not been reached; zero if it is. */
  Duration silence() {
    return current.get() != null ? Duration.ZERO : Duration.ofNanos(Math.max(1, System.nanoTime() - silentSinceNanos));
  }

  /** Asks the peer. */
  <T> T call(Function<Session, T> request) {
    return call(request, false);
  }

  /**
   * Asks the peer.
   *
   * @param isUrgent whether a peer that was not there a moment ago is looked for again before its time, unless that takes long
   */
  <T> T call(Function<Session, T> request, boolean isUrgent) {
    Session live = current.get();
    Session session = live != null ? live : connect(isUrgent);
    requests.increment();
    try {
      return request.apply(session);
    } catch (PeerUnavailableException | OutcomeUnknownException broken) {
      lost(session, broken);
      throw broken;
    } catch (IllegalStateException e) {
      if (!isCurrent(session) && !closed) { // another thread found it broken, and closed it
        throw new PeerUnavailableException("Cannot reach the peer " + name() + ": its connection broke", e);
      }
      throw e;
    }
  }

  /** Asks the peer; false if it is not reached. */
  boolean isReached(Consumer<Session> request) {
    try {
      return call(session -> {
        request.accept(session);
        return true;
      });
    } catch (PeerUnavailableException gone) {
      return false;
    }
  }

  boolean isCurrent(Session session) {
    return current.compareAndSet(session, session);
  }

  /** Looks once more for a peer that was not there a moment ago, unless that takes long. */
  void lookAgain() {
    try {
      if (current.get() == null) {
        Session _ = connect(true);
      }
    } catch (PeerUnavailableException stillGone) {
      Log.notEnded("Peer " + name() + " is still not reached", stillGone);
    }
  }

  private Session connect(boolean isUrgent) {
    connecting.lock();
    try {
      Session live = current.get();
      if (live != null) {
        return live;
      }
      if (closed) {
        throw new IllegalStateException("Cannot use this network: it is closed; connect anew");
      }
      if (!backoff.isDue(System.nanoTime()) && !(isUrgent && isQuick)) {
        throw new PeerUnavailableException("Cannot reach the peer " + name() + ": " + trouble);
      }
      return dialed();
    } finally {
      connecting.unlock();
    }
  }

  private Session dialed() {
    if (wasReached) {
      retries.increment();
    }
    Session session = null;
    try {
      session = dial.get();
      join.accept(this, session);
    } catch (PackiceException unreachable) {
      if (session != null) {
        dispose.accept(session);
      }
      isQuick = !(unreachable.getCause() instanceof TimeoutException);
      backoff.failed(System.nanoTime());
      trouble = unreachable.getMessage();
      throw unreachable instanceof PeerUnavailableException same ? same
          : new PeerUnavailableException("Cannot reach the peer " + name() + ": " + unreachable.getMessage(),
              unreachable);
    }
    backoff.succeeded();
    wasReached = true;
    current.set(session);
    return session;
  }

  /** The session is of no use any more. */
  void lost(Session session, RuntimeException why) {
    if (current.compareAndSet(session, null)) {
      silentSinceNanos = System.nanoTime();
      trouble = why.getMessage();
      Log.lost(name(), why);
      dispose.accept(session);
    }
  }

  /** Somebody else answered in its place. */
  void failedOver() {
    failovers.increment();
  }

  NetworkCounts.Counts counts() {
    return new NetworkCounts.Counts(requests.sum(), failovers.sum(), retries.sum());
  }

  // ---- what it must not be asked for

  void isOutdated(ObjectId id, long before) {
    outdated.merge(id, before, Math::max);
  }

  /** Whether a version that it has is one that was replaced or discarded while it was away. */
  boolean hasOld(ObjectId id, long version) {
    return !outdated.isEmpty() && version < outdated.getOrDefault(id, 0L);
  }

  void close() {
    closed = true;
    Session last = current.getAndSet(null);
    if (last != null) {
      dispose.accept(last);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
