package io.packice.transport.http;

import io.packice.core.Printable;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** What the HTTP transport reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.http");

  /** What a client can cause a thousand times a second is not to fill a disk. */
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Seldom REFUSED_TOKENS = new Seldom(PAUSE, System::nanoTime);
  private static final Seldom REFUSED_ORIGINS = new Seldom(PAUSE, System::nanoTime);
  private static final Seldom SLOW_BODIES = new Seldom(PAUSE, System::nanoTime);
  private static final Seldom NOT_ACCEPTED = new Seldom(PAUSE, System::nanoTime);
  private static final Seldom UNREAD = new Seldom(PAUSE, System::nanoTime);
  private static final Seldom SLOW_HEADS = new Seldom(PAUSE, System::nanoTime);

  private Log() {
  }

  static void unexpected(Throwable cause) {
    LOGGER.log(Level.ERROR, "A request failed unexpectedly", cause);
  }

  static void refusedToken(String remote) {
    REFUSED_TOKENS.event(
        others -> LOGGER.log(Level.WARNING, () -> "Refused " + remote + ": no token, or a wrong one" + others));
  }

  static void refusedOrigin(String remote, String origin) {
    REFUSED_ORIGINS.event(others -> LOGGER.log(Level.WARNING,
        () -> "Refused " + remote + ": a web page (" + Printable.quoted(origin) + ") sent the request" + others));
  }

  static void tooSlow(String remote, long bytes, long seconds) {
    SLOW_BODIES.event(others -> LOGGER.log(Level.WARNING,
        () -> "Closed the connection of " + remote + ": it moved " + bytes + " bytes in " + seconds + " s" + others));
  }

  static void cannotAccept(Throwable cause) {
    NOT_ACCEPTED.event(others -> LOGGER.log(Level.WARNING, () -> "Cannot accept a connection over HTTP: "
        + cause.getMessage() + "; if there are too many open files, raise the limit (ulimit -n, LimitNOFILE)"
        + others));
  }

  static void unread(String remote, boolean isRequest, long bytes, long moved) {
    UNREAD.event(others -> LOGGER.log(Level.WARNING,
        () -> "Closed the connection of " + remote + ": it has "
            + (isRequest ? "sent " + bytes + " bytes of a request that is not whole"
                : "read " + moved + " of an answer of " + bytes + " bytes")
            + ", and answers that nobody reads and such requests take more than " + Transfers.MOST_HELD_BYTES
            + others));
  }

  static void unreadStream(String remote, long bytes) {
    UNREAD.event(others -> LOGGER.log(Level.WARNING, () -> "Closed the connection of " + remote + ": it has left "
        + bytes + " bytes of a stream unread" + others));
  }

  static void sessionSilent(int leases, Duration ttl) {
    LOGGER.log(Level.DEBUG, () -> "A session has ended with " + leases + " leases: nothing was heard in it for " + ttl);
  }

  static void sessionLost(int leases) {
    LOGGER.log(Level.WARNING,
        () -> "The session with the peer has ended, and its " + leases
            + " leases with it; another is opened for the next");
  }

  static void noSession(RuntimeException cause) {
    LOGGER.log(Level.DEBUG, () -> "Leases are renewed one by one, for want of a session: " + cause.getMessage());
  }

  static void slowHead(String remote, long seconds) {
    SLOW_HEADS.event(others -> LOGGER.log(Level.WARNING,
        () -> "Closed the connection of " + remote + ": it sent no whole request in " + seconds + " s" + others));
  }

  static void connectionLost(Throwable cause) {
    LOGGER.log(Level.DEBUG, () -> "A request ended early: " + cause);
  }

  static void cannotStop(Exception cause) {
    LOGGER.log(Level.WARNING, () -> "Cannot stop the HTTP server cleanly: " + cause);
  }

  static void notReleased(RuntimeException cause) {
    LOGGER.log(Level.DEBUG, () -> "What this client held will end by its TTL: " + cause.getMessage());
  }

  static void cannotFreeze(RuntimeException refusal) {
    LOGGER.log(Level.DEBUG, () -> "The peer does not freeze drafts before it seals them: " + refusal.getMessage());
  }
}
