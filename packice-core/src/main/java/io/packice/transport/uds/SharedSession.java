package io.packice.transport.uds;

import io.packice.core.Caller;
import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseId;
import io.packice.core.NotPermittedException;
import io.packice.core.Session;
import io.packice.transport.wire.SessionWork;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A session that several connections of one client may share, so that a long operation on one holds up nobody on another. It ends with the connection that
 * began it, and ends the others; but seals that are under way are carried out, for whoever was told that they are goes on without its client. Safe from any thread.
 */
final class SharedSession {
  /** So many connections share a session at most, besides the one that began it. */
  static final int MOST_JOINED = 15;

  final Session session;
  private final Caller caller;
  /** A secret that its client is told. */
  final String id = LeaseId.random().value();
  private final Set<Connection> joined = new HashSet<>(); // guarded by this
  private final SessionWork work;

  SharedSession(Session session, Caller caller) {
    this.session = session;
    this.caller = caller;
    this.work = new SessionWork(session::close);
  }

  /** The sessions of a server that can be shared, by what their clients know them by. */
  static final class Registry {
    private final Map<String, SharedSession> sessions = new ConcurrentHashMap<>();

    /** Lets others share it who know its id. */
    void add(SharedSession session) {
      sessions.put(session.id, session);
    }

    void remove(SharedSession session) {
      sessions.remove(session.id);
    }

    /** What the id names, if it is this user's: whoever guesses learns nothing. */
    SharedSession find(String id, Caller by) {
      SharedSession session = sessions.get(id);
      if (session == null || !session.caller.uid().equals(by.uid())) {
        throw new NotPermittedException(
            "Cannot share a session: this user has none of this id, any more or ever; say hello without session_id");
      }
      return session;
    }
  }

  synchronized void join(Connection connection) {
    if (work.isEnded()) {
      throw new NotPermittedException("Cannot share a session: it has just ended; say hello without session_id");
    }
    if (joined.size() == MOST_JOINED) {
      throw new InvalidRequestException("Cannot share a session: " + MOST_JOINED
          + " connections do so already; use one of those, or begin another session");
    }
    joined.add(connection);
  }

  synchronized void leave(Connection connection) {
    joined.remove(connection);
  }

  /** What is done also if the client dies meanwhile. */
  <T> T carryOut(Supplier<T> step) {
    boolean hasBegun = work.begin();
    try {
      return step.get(); // which says that the session has ended, if it has
    } finally {
      if (hasBegun) {
        work.done();
      }
    }
  }

  /** Whoever began it is gone. A second call does nothing. */
  void end() {
    if (!work.end()) {
      return;
    }
    List<Connection> others;
    synchronized (this) {
      others = List.copyOf(joined);
    }
    others.forEach(Connection::close);
  }
}
