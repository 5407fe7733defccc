package io.packice.transport.wire;

import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks, on both ends: a command, and what that asks for.
 *
 * @param command which
 * @param what it asks for
 * @param id by which a transport that may lose answers tells a repeated request from a new one; null if its client chose none
 * @param session which session it is about or belongs to, by what whoever began it was answered; null if it does not say
 * @param <Q> what it asks for
 */
public record Request<Q>(Command<Q> command, Q what, @Nullable String id, @Nullable String session) {
  /** What a command without fields asks for. */
  public enum Nothing {
    /** The only one. */
    NOTHING
  }

  /**
   * Begins a session, or goes on with one.
   *
   * @param version of the protocol that the client speaks
   * @param session whether leases are to end with the session
   * @param ttl how long nothing needs to be heard in it, where connections are none; null for the usual one
   */
  public record Hello(int version, boolean session, @Nullable Duration ttl) {
    /**
     * Whether leases are to end with the session.
     *
     * @return true if so
     * @throws InvalidRequestException if the client's version came after this one
     */
    public boolean wantsSession() {
      if (version != Wire.VERSION) {
        throw new InvalidRequestException("Cannot speak version " + version + "; this peer speaks " + Wire.VERSION);
      }
      return session;
    }
  }

  /**
   * Seals drafts together.
   *
   * @param leases theirs, in the order of the seals
   * @param discards what is discarded with the last of them
   */
  public record Seal(List<LeaseId> leases, List<ObjectId> discards) {
    /** Copies the lists. */
    public Seal {
      leases = List.copyOf(leases);
      discards = List.copyOf(discards);
    }
  }

  /**
   * Lets the TTLs of leases count anew, or that of the session of the request.
   *
   * @param leases one; several; or none for the session
   * @param isList whether the answer is to say which of them have ended, rather than the TTL of the one
   */
  public record Renewal(List<LeaseId> leases, boolean isList) {
    /** Copies the list. */
    public Renewal {
      leases = List.copyOf(leases);
    }
  }

  /**
   * A page of a listing.
   *
   * @param prefix what ids start with
   * @param after the last id of the page before; null for the first page
   * @param limit the most objects
   */
  public record Page(String prefix, @Nullable ObjectId after, int limit) {
  }

  /**
   * A part of a list.
   *
   * @param bytes how much eviction is to free, if it is about that
   * @param skip how many items are known already
   * @param limit the most items
   */
  public record Slice(long bytes, long skip, int limit) {
  }

  /**
   * A request without a name, and of no session.
   *
   * @param command which
   * @param what it asks for
   * @param <Q> what it asks for
   * @return the request
   */
  public static <Q> Request<Q> of(Command<Q> command, Q what) {
    return new Request<>(command, what, null, null);
  }

  /**
   * A request that asks for nothing in particular.
   *
   * @param command which
   * @return the request
   */
  public static Request<Nothing> of(Command<Nothing> command) {
    return of(command, Nothing.NOTHING);
  }

  /**
   * A request about one lease.
   *
   * @param command which
   * @param lease the lease
   * @return the request
   */
  public static Request<List<LeaseId>> of(Command<List<LeaseId>> command, LeaseId lease) {
    return of(command, List.of(lease));
  }

  /**
   * A request to renew leases.
   *
   * @param leases the leases
   * @param isList whether the answer is to say which of them have ended
   * @return the request
   */
  public static Request<Renewal> renew(List<LeaseId> leases, boolean isList) {
    return of(Command.RENEW, new Renewal(leases, isList));
  }

  /**
   * Renews leases, in as few messages as they fit.
   *
   * @param leases the leases
   * @param ask asks the peer
   * @return those that have ended
   */
  public static List<LeaseId> renew(List<LeaseId> leases, Function<Request<Renewal>, Response> ask) {
    List<LeaseId> ended = new ArrayList<>();
    for (int from = 0; from < leases.size(); from += Session.MAX_SEALS) {
      List<LeaseId> part = leases.subList(from, Math.min(leases.size(), from + Session.MAX_SEALS));
      ended.addAll(ask.apply(renew(part, true)).toEnded());
    }
    return ended;
  }

  /**
   * Begins a session, or shares one if the request is {@linkplain #within of} it.
   *
   * @param ttl how long nothing needs to be heard in it, where connections are none; null for the usual one
   * @return the request
   */
  public static Request<Hello> hello(@Nullable Duration ttl) {
    return of(Command.HELLO, new Hello(Wire.VERSION, true, ttl));
  }

  /**
   * The same request with a name.
   *
   * @param newId which no other request has
   * @return a changed copy
   */
  public Request<Q> named(String newId) {
    return new Request<>(command, what, newId, session);
  }

  /**
   * The same request of a session.
   *
   * @param newSession by what the peer knows it; null for none
   * @return a changed copy
   */
  public Request<Q> within(@Nullable String newSession) {
    return new Request<>(command, what, id, newSession);
  }

  void write(FieldWriter to) {
    to.text("command", command.name()).text("session_id", session).text("request_id", id);
    command.fields().write(to, what);
  }

  /** Reads the fields of a message for one command. */
  static final class Reading<Q> implements FieldReader.Fields {
    private final Command<Q> command;
    private final Fields.Reading<Q> fields;
    private @Nullable String id;
    private @Nullable String session;

    Reading(Command<Q> command) {
      this.command = command;
      this.fields = command.fields().reading();
    }

    @Override
    public void read(String field, FieldReader value) {
      switch (field) {
        case "command" -> value.skip();
        case "request_id" -> id = value.name();
        case "session_id" -> session = value.name();
        default -> fields.read(field, value);
      }
    }

    Request<Q> done() {
      return new Request<>(command, fields.done(new Fields.Envelope(command.name(), session)), id, session);
    }
  }
}
