package io.packice.transport.wire;

import io.packice.core.AcquireRequest;
import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One command of the protocol: its name, what it asks for and how that looks in a message, what it changes and whether that may take long, and what it does in a
 * session. Both ends of both transports, and the metrics, read this table. Immutable, safe from any thread.
 *
 * @param <Q> what it asks for
 */
public final class Command<Q> {
  private static final Map<String, Command<?>> ALL = new LinkedHashMap<>(); // not changed once this class is there

  /** Begins or shares a session; what that means is the transport's to say. */
  public static final Command<Request.Hello> HELLO = of("hello", Effect.LEASES, Fields.HELLO, null);

  /** Whether somebody is there. */
  public static final Command<Request.Nothing> PING =
      of("ping", Effect.NOTHING, Fields.NONE, (_, _) -> Response.plain("ok"));

  /** Takes a lease; how the bytes come with it is the transport's to say. */
  public static final Command<AcquireRequest> ACQUIRE = of("acquire", Effect.LEASES, new AcquireFields(false), null);

  /** The same of servers that know no hello. */
  public static final Command<AcquireRequest> PLAIN_ACQUIRE =
      new Command<>("acquire", Effect.LEASES, false, new AcquireFields(true), null);

  /** Does for drafts what takes long of a seal. */
  public static final Command<List<LeaseId>> FREEZE =
      of("freeze", Effect.LEASES, Fields.LEASES, change("frozen", Session::freeze)).lasting();

  /** Seals drafts together. */
  public static final Command<Request.Seal> SEAL = of("seal", Effect.OBJECTS, Fields.SEAL,
      change("sealed", (session, what) -> session.seal(what.leases(), what.discards()))).lasting();

  /** Discards the object of a lease. */
  public static final Command<List<LeaseId>> DISCARD = of("discard", Effect.OBJECTS, Fields.LEASES,
      change("discarded", (session, leases) -> session.discard(one("discard", leases)))).lasting();

  /** Ends a lease. */
  public static final Command<List<LeaseId>> RELEASE = of("release", Effect.LEASES, Fields.LEASES,
      change("released", (session, leases) -> session.release(one("release", leases)))).lasting();

  /** Lets TTLs count anew. */
  public static final Command<Request.Renewal> RENEW = of("renew", Effect.LEASES, Fields.RENEWAL,
      (session, what) -> what.isList() ? Response.renewed(session.renew(what.leases()))
          : Response.renewed(session.renew(one("renew", what.leases()))));

  /** A page of a listing. */
  public static final Command<Request.Page> LIST = of("list", Effect.NOTHING, Fields.PAGE,
      (session, page) -> Response.page(session.list(page.prefix(), page.after(), page.limit())));

  /** Describes an object. */
  public static final Command<ObjectId> STAT =
      of("stat", Effect.NOTHING, Fields.OBJECT, (session, id) -> Response.status(session.stat(id)));

  /** What eviction would take. */
  public static final Command<Request.Slice> IDLE = of("idle", Effect.NOTHING, Fields.IDLE,
      (session, slice) -> Response.idle(session.idle(slice.bytes(), slice.skip(), slice.limit())));

  /** Describes the peer. */
  public static final Command<Request.Nothing> STATS =
      of("stats", Effect.NOTHING, Fields.NONE, (session, _) -> Response.stats(session.stats()));

  /** Who is connected. */
  public static final Command<Request.Slice> SESSIONS = of("sessions", Effect.NOTHING, Fields.SLICE,
      (session, slice) -> Response.sessions(session.sessions(slice.skip(), slice.limit())));

  /** Keeps an object from eviction. */
  public static final Command<ObjectId> PIN =
      of("pin", Effect.OBJECTS, Fields.OBJECT, change("pinned", Session::pin));

  /** Ends that. */
  public static final Command<ObjectId> UNPIN =
      of("unpin", Effect.OBJECTS, Fields.OBJECT, change("unpinned", Session::unpin));

  private final String name;
  private final Effect effect;
  private final boolean isLong;
  private final Fields<Q> fields;
  private final @Nullable Work<Q> work;

  /** What a command changes, and so what it means to do it twice. */
  public enum Effect {
    /** Nothing: it may be done again, and needs no name. */
    NOTHING,
    /** Leases and sessions: who does it twice undoes the harm, or a TTL does. */
    LEASES,
    /** Objects: it must not be done twice. */
    OBJECTS
  }

  /** What a command does, and what it answers. */
  @FunctionalInterface
  interface Work<Q> {
    Response of(Session session, Q what);
  }

  private Command(String name, Effect effect, boolean isLong, Fields<Q> fields, @Nullable Work<Q> work) {
    this.name = name;
    this.effect = effect;
    this.isLong = isLong;
    this.fields = fields;
    this.work = work;
  }

  private static <Q> Command<Q> of(String name, Effect effect, Fields<Q> fields, @Nullable Work<Q> work) {
    Command<Q> command = new Command<>(name, effect, false, fields, work);
    ALL.put(name, command);
    return command;
  }

  private Command<Q> lasting() {
    Command<Q> command = new Command<>(name, effect, true, fields, work);
    ALL.put(name, command);
    return command;
  }

  private static <Q> Work<Q> change(String word, BiConsumer<Session, Q> change) {
    return (session, what) -> {
      change.accept(session, what);
      return Response.plain(word);
    };
  }

  /**
   * The lease that a command is about that takes one.
   *
   * @param command its name
   * @param leases what its message says
   * @return the lease
   * @throws InvalidRequestException if it says another number of them
   */
  public static LeaseId one(String command, List<LeaseId> leases) {
    if (leases.size() != 1) {
      throw new InvalidRequestException(
          "Cannot " + command + " " + leases.size() + " leases at once; give one lease_id");
    }
    return leases.getFirst();
  }

  /**
   * The command of a name.
   *
   * @param name what a client says
   * @return the command; null if there is none
   */
  static @Nullable Command<?> named(String name) {
    return ALL.get(name);
  }

  static InvalidRequestException unknown(@Nullable String name) {
    return new InvalidRequestException(
        "Cannot do " + name + ": unknown command; the commands are " + String.join(", ", ALL.keySet()));
  }

  Fields<Q> fields() {
    return fields;
  }

  /**
   * The command's name: in messages, as a path over HTTP, in metrics.
   *
   * @return such as {@code seal}
   */
  public String name() {
    return name;
  }

  /**
   * What it changes.
   *
   * @return which of all that
   */
  public Effect effect() {
    return effect;
  }

  /**
   * Whether it may take long, so that others should not have to wait for it.
   *
   * @return true if so; an acquire takes as long as what it asks for
   */
  public boolean isLong() {
    return isLong;
  }

  /**
   * Does it.
   *
   * @param session in which
   * @param what it asks for
   * @return the answer
   * @throws IllegalStateException if the transport has to do it by itself
   */
  public Response run(Session session, Q what) {
    if (work == null) {
      throw new IllegalStateException("Cannot " + name + " in any way: each transport has its own");
    }
    return work.of(session, what);
  }

  @Override
  public String toString() {
    return name;
  }
}
