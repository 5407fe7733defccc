package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.transport.wire.SessionWork;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that clients have opened over HTTP. The kernel tells nobody when such a client has gone, so a session ends when nothing was heard in it for its TTL,
 * which stands still while a request of it is under way. What a session is known by is a secret, and good at the server that has told it, whose token its client shows. Safe
 * from any thread.
 */
final class OpenSessions implements AutoCloseable {
  /** At a time; further ones are refused. */
  static final int MOST = 10_000;

  /** The longest TTL; who asks for more is given this. */
  static final Duration LONGEST = Duration.ofHours(1);

  /** Nobody vouches for who speaks over HTTP. */
  static final Caller SOMEBODY = new Caller(OptionalLong.empty(), OptionalLong.empty());

  private final Peer peer;
  private final LongSupplier nanoTime;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  /** One of them. */
  final class Open {
    /** A secret that its client is told. */
    final String id = LeaseId.random().value();
    final Duration ttl;
    final Session session;
    final Set<LeaseId> leases = ConcurrentHashMap.newKeySet();
    private final SessionWork work;
    private volatile long heardAtNanos = nanoTime.getAsLong();
    private volatile Runnable beforeEnd = () -> {
      // nothing is held for it
    };

    private Open(Session session, Duration ttl) {
      this.session = session;
      this.ttl = ttl;
      this.work = new SessionWork(this::close);
    }

    private void close() {
      open.remove(id);
      beforeEnd.run();
      session.close();
    }

    /** What is to be let go of before its leases end. */
    void beforeEnd(Runnable letGo) {
      beforeEnd = letGo;
    }

    /** Its client lives, and wants something that takes as long as it takes. False if it has ended. */
    boolean begin() {
      return work.begin();
    }

    void done() {
      heardAtNanos = nanoTime.getAsLong();
      work.done();
    }

    /** Begins something that is over when the request is. */
    boolean beginFor(Exchange exchange) {
      boolean isOpen = begin();
      if (isOpen) {
        Request.addCompletionListener(exchange.request, _ -> done());
      }
      return isOpen;
    }

    /** Ends it, as soon as nothing is under way in it. */
    void end() {
      open.remove(id);
      boolean _ = work.end();
    }

    private boolean isSilent() {
      return nanoTime.getAsLong() - heardAtNanos > ttl.toNanos();
    }
  }

  OpenSessions(Peer peer, LongSupplier nanoTime) {
    this.peer = peer;
    this.nanoTime = nanoTime;
  }

  int count() {
    return open.size();
  }

  /**
   * Opens one.
   *
   * @param wanted its TTL; null for the usual one
   * @throws CapacityExceededException if there are too many
   */
  synchronized Open begin(@Nullable Duration wanted) {
    Duration ttl = wanted == null ? AcquireRequest.DEFAULT_TTL : wanted;
    if (!ttl.isPositive()) {
      throw new IllegalArgumentException("Cannot open a session of " + ttl + "; give more than zero");
    }
    if (open.size() >= MOST) {
      throw new CapacityExceededException("Cannot open a session: " + open.size()
          + " are open over HTTP; end those that nobody needs, or take leases with a ttl_seconds of their own");
    }
    Open session = new Open(peer.openSession(SOMEBODY), ttl.compareTo(LONGEST) < 0 ? ttl : LONGEST);
    open.put(session.id, session);
    return session;
  }

  /** Ends the session of an id; one that there is not is all right. */
  void end(String id) {
    Open session = open.get(id);
    if (session != null) {
      session.end();
    }
  }

  /**
   * The session of an id, in which a request begins.
   *
   * @throws LeaseExpiredException if there is none: whoever guesses learns nothing
   */
  Open require(String id, Exchange exchange) {
    Open session = open.get(id);
    if (session == null || !session.beginFor(exchange)) {
      throw new LeaseExpiredException(
          "Cannot use this session: it has ended, and its leases with it, or was never opened here; open another");
    }
    return session;
  }

  /** Ends those whose clients have gone. */
  void sweep() {
    for (Open session : open.values()) {
      int leases = session.leases.size();
      if (session.isSilent() && session.work.endIfIdle()) {
        Log.sessionSilent(leases, session.ttl);
      }
    }
  }

  /** Ends all of them, whatever is under way: nobody is answered any more. */
  @Override
  public void close() {
    for (Open session : List.copyOf(open.values())) {
      session.end();
      session.session.close();
    }
  }
}
