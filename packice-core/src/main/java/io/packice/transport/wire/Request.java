package io.packice.transport.wire;

import io.packice.core.AcquireRequest;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client, as it travels: every field may be absent, and which ones matter depends on the command.
 */
public final class Request extends Message {
  /** The longest text of a field, in bytes of UTF-8, unless the field says something else: as of ids. Metadata and a prefix have bounds of their own. */
  public static final int MAX_NAME_BYTES = ObjectId.MAX_BYTES;

  private @Nullable String command;
  private @Nullable Integer version;
  private @Nullable Boolean session;
  private @Nullable String sessionId;
  private @Nullable String leaseId;
  private @Nullable List<String> leaseIds;
  private @Nullable String objectId;
  private @Nullable String requestId;
  private @Nullable String intent;
  private @Nullable Number ttlSeconds;
  private @Nullable String meta; // JSON
  private @Nullable List<Long> sizes;
  private @Nullable String ifExists;
  private @Nullable Double waitSeconds;
  private @Nullable Double objectTtlSeconds;
  private @Nullable String group;
  private @Nullable String room;
  private @Nullable Long expectedBytes;
  private @Nullable String binding;
  private @Nullable String prefix;
  private @Nullable String after;
  private @Nullable Integer limit;
  private @Nullable Long skip;
  private @Nullable Long bytes;
  private @Nullable Long asOf;
  private @Nullable List<String> discards;

  /** Without any field. */
  Request() {
  }

  @Override
  void write(FieldWriter to) {
    to.text("command", command).whole("version", version).flag("session", session)
        .text("session_id", sessionId).text("lease_id", leaseId).texts("lease_ids", leaseIds)
        .text("object_id", objectId).text("request_id", requestId).text("intent", intent)
        .number("ttl_seconds", ttlSeconds).json("meta", meta).wholes("sizes", sizes).text("if_exists", ifExists)
        .number("wait_seconds", waitSeconds).number("object_ttl_seconds", objectTtlSeconds).text("group", group)
        .text("room", room).whole("expected_bytes", expectedBytes).text("binding", binding).text("prefix", prefix)
        .text("after", after).whole("limit", limit).whole("skip", skip)
        .whole("bytes", bytes).whole("as_of", asOf).texts("discards", discards);
  }

  @Override
  void read(String field, FieldReader value) {
    switch (field) {
      case "command" -> command = value.name();
      case "version" -> version = value.integer();
      case "session" -> session = value.flag();
      case "session_id" -> sessionId = value.name();
      case "lease_id" -> leaseId = value.name();
      case "lease_ids" -> leaseIds = value.list(FieldReader::requiredName);
      case "object_id" -> objectId = value.text();
      case "request_id" -> requestId = value.name();
      case "intent" -> intent = value.name();
      case "ttl_seconds" -> ttlSeconds = value.number();
      case "meta" -> meta = value.json();
      case "sizes" -> sizes = value.list(FieldReader::requiredWhole);
      case "if_exists" -> ifExists = value.name();
      case "wait_seconds" -> waitSeconds = value.number();
      case "object_ttl_seconds" -> objectTtlSeconds = value.number();
      case "group" -> group = value.text();
      case "room" -> room = value.name();
      case "expected_bytes" -> expectedBytes = value.whole();
      case "binding" -> binding = value.name();
      case "prefix" -> prefix = value.text();
      case "after" -> after = value.text();
      case "limit" -> limit = value.integer();
      case "skip" -> skip = value.whole();
      case "bytes" -> bytes = value.whole();
      case "as_of" -> asOf = value.whole();
      case "discards" -> discards = value.list(FieldReader::requiredText);
      default -> value.skip();
    }
  }

  /**
   * What is to be done.
   *
   * @return the command's name; null if the client gave none
   */
  public @Nullable String command() {
    return command;
  }

  /**
   * Whether an acquire is for making something and nothing else.
   *
   * @return true if it is
   */
  public boolean isToCreate() {
    return Wire.name(Intent.CREATE).equals(intent);
  }

  /**
   * Whether a hello asks that leases end with the connection.
   *
   * @return true if it does
   * @throws InvalidRequestException if it is of a version that came after this one
   */
  public boolean wantsSession() {
    if (version != null && version != Wire.VERSION) {
      throw new InvalidRequestException("Cannot speak version " + version + "; this peer speaks " + Wire.VERSION);
    }
    return Boolean.TRUE.equals(session);
  }

  /**
   * Which session a hello wants to share.
   *
   * @return what the hello that began it was answered; null to begin one
   */
  public @Nullable String sessionId() {
    return sessionId;
  }

  /**
   * What the ids of a listing start with.
   *
   * @return the prefix; empty for all
   */
  public String prefix() {
    return Objects.requireNonNullElse(prefix, "");
  }

  /**
   * Where a page of a listing starts.
   *
   * @return the last id of the page before; null for the first page
   */
  public @Nullable ObjectId after() {
    return after == null ? null : new ObjectId(after);
  }

  /**
   * The most objects of a page.
   *
   * @return what was asked for, or the most that there may be
   */
  public int limit() {
    return Objects.requireNonNullElse(limit, ObjectPage.MAX_LIMIT);
  }

  /**
   * How many items of a list the client knows already.
   *
   * @return what was said; 0 if nothing
   */
  public long skip() {
    return Objects.requireNonNullElse(skip, 0L);
  }

  /**
   * A request without fields.
   *
   * @param command its name
   * @return the message
   */
  public static Request plain(String command) {
    Request request = new Request();
    request.command = command;
    return request;
  }

  /**
   * Begins a session on a connection.
   *
   * @return the message
   */
  public static Request hello() {
    Request request = plain("hello");
    request.version = Wire.VERSION;
    request.session = true;
    return request;
  }

  /**
   * Goes on with a session on a further connection.
   *
   * @param session what the hello that began it was answered
   * @return the message
   */
  public static Request join(String session) {
    Request request = hello();
    request.sessionId = session;
    return request;
  }

  /**
   * A request about a lease.
   *
   * @param command its name
   * @param lease the lease
   * @return the message
   */
  public static Request ofLease(String command, LeaseId lease) {
    Request request = plain(command);
    request.leaseId = lease.value();
    return request;
  }

  /**
   * A request about one lease or several.
   *
   * @param command its name
   * @param leases the leases, in order
   * @return the message
   */
  public static Request ofLeases(String command, List<LeaseId> leases) {
    Request request = plain(command);
    if (leases.size() == 1) {
      request.leaseId = leases.getFirst().value();
    } else {
      request.leaseIds = leases.stream().map(LeaseId::value).toList();
    }
    return request;
  }

  /**
   * Renews leases, in as few messages as they fit.
   *
   * @param leases the leases
   * @param ask asks the peer
   * @return those that have ended
   */
  public static List<LeaseId> renew(List<LeaseId> leases, Function<Request, Response> ask) {
    List<LeaseId> ended = new ArrayList<>();
    for (int from = 0; from < leases.size(); from += Session.MAX_SEALS) {
      Request request = plain("renew");
      request.leaseIds = leases.subList(from, Math.min(leases.size(), from + Session.MAX_SEALS)).stream()
          .map(LeaseId::value).toList();
      ended.addAll(ask.apply(request).toEnded());
    }
    return ended;
  }

  /**
   * A request to seal drafts together.
   *
   * @param leases their leases, in the order of the seals
   * @param discards what is discarded with the last seal
   * @return the message
   */
  public static Request seal(List<LeaseId> leases, List<ObjectId> discards) {
    Request request = ofLeases("seal", leases);
    request.discards = discards.isEmpty() ? null : discards.stream().map(ObjectId::value).toList();
    return request;
  }

  /**
   * A request about an object.
   *
   * @param command its name
   * @param object the object
   * @return the message
   */
  public static Request ofObject(String command, ObjectId object) {
    Request request = plain(command);
    request.objectId = object.value();
    return request;
  }

  /**
   * Asks for a page of a listing.
   *
   * @param prefix what ids start with
   * @param after the last id of the page before; null for the first page
   * @param limit the most objects
   * @return the message
   */
  public static Request list(String prefix, @Nullable ObjectId after, int limit) {
    Request request = plain("list");
    request.prefix = prefix;
    request.after = after == null ? null : after.value();
    request.limit = limit;
    return request;
  }

  /**
   * Asks what eviction would take.
   *
   * @param bytes for how many bytes
   * @param skip how many objects of the list are known already
   * @param limit the most objects
   * @return the message
   */
  public static Request idle(long bytes, long skip, int limit) {
    Request request = plain("idle");
    request.bytes = bytes;
    request.skip = skip == 0 ? null : skip;
    request.limit = limit;
    return request;
  }

  /**
   * Asks who is connected.
   *
   * @param skip how many sessions of the list are known already
   * @param limit the most sessions
   * @return the message
   */
  public static Request sessions(long skip, int limit) {
    Request request = plain("sessions");
    request.skip = skip == 0 ? null : skip;
    request.limit = limit;
    return request;
  }

  /**
   * Asks a server that knows no hello for a lease, with the fields that it knows.
   *
   * @param acquire the request, with a TTL
   * @return the message
   */
  public static Request plainAcquire(AcquireRequest acquire) {
    Request request = plain("acquire");
    request.objectId = acquire.id() == null ? null : acquire.id().value();
    request.intent = Wire.name(acquire.intent());
    request.ttlSeconds = Wire.wholeSeconds(acquire.ttl());
    boolean isSaid = acquire.intent() == Intent.CREATE && !acquire.meta().equals(Metadata.empty());
    request.meta = isSaid ? acquire.meta().toJson() : null;
    return request;
  }

  /**
   * Asks for a lease.
   *
   * @param acquire what for
   * @return the message
   */
  public static Request acquire(AcquireRequest acquire) {
    Request request = plain("acquire");
    request.objectId = acquire.id() == null ? null : acquire.id().value();
    request.intent = Wire.name(acquire.intent());
    request.ttlSeconds = Wire.wholeSeconds(acquire.ttl());
    request.meta = acquire.meta().equals(Metadata.empty()) ? null : acquire.meta().toJson();
    request.sizes = acquire.sizes();
    request.ifExists = acquire.ifExists() == AcquireRequest.IfExists.REPLACE ? "replace" : null;
    request.waitSeconds = acquire.patience().isZero() ? null : Wire.seconds(acquire.patience());
    request.objectTtlSeconds = Wire.seconds(acquire.objectTtl());
    request.group = acquire.group();
    request.room = acquire.room() == AcquireRequest.Room.USUAL ? null : acquire.room().name().toLowerCase(Locale.ROOT);
    request.expectedBytes = acquire.expectedBytes() == 0 ? null : acquire.expectedBytes();
    request.binding = acquire.binding() == AcquireRequest.Binding.DETACHED ? "detached" : null;
    request.asOf = acquire.asOf() == 0 ? null : acquire.asOf();
    return request;
  }

  /**
   * What an acquire asks for; the transport decides what the lease lives and dies with, unless the request says that it outlives its session.
   *
   * @param usual whether the lease ends with its session if the request does not say
   * @return the request
   * @throws InvalidRequestException if a field has no meaning
   * @throws IllegalArgumentException if a field is out of range
   */
  public AcquireRequest toAcquire(AcquireRequest.Binding usual) {
    return new AcquireRequest(objectId == null ? null : new ObjectId(objectId), parsedIntent(),
        ttlSeconds == null ? null : Wire.duration(ttlSeconds.doubleValue()),
        Wire.metadata(meta), sizes, parsedIfExists(),
        waitSeconds == null ? Duration.ZERO : Wire.duration(waitSeconds), duration(objectTtlSeconds), group,
        parsedBinding(usual), parsedRoom(), OptionalLong.empty(), expectedBytes == null ? 0 : expectedBytes,
        asOf == null ? 0 : asOf);
  }

  private static @Nullable Duration duration(@Nullable Double seconds) {
    return seconds == null ? null : Wire.duration(seconds);
  }

  private Intent parsedIntent() {
    return switch (intent == null ? "" : intent.toLowerCase(Locale.ROOT)) {
      case "read" -> Intent.READ;
      case "create" -> Intent.CREATE;
      case "write" -> Intent.WRITE;
      case "read_or_create" -> Intent.READ_OR_CREATE;
      default -> throw new InvalidRequestException(
          "Cannot acquire for intent " + intent + "; say read, create, write or read_or_create");
    };
  }

  private AcquireRequest.IfExists parsedIfExists() {
    return switch (ifExists == null ? "fail" : ifExists) {
      case "fail" -> AcquireRequest.IfExists.FAIL;
      case "replace" -> AcquireRequest.IfExists.REPLACE;
      default -> throw new InvalidRequestException("Cannot use if_exists " + ifExists + "; say fail or replace");
    };
  }

  private AcquireRequest.Room parsedRoom() {
    return switch (room) {
      case null -> AcquireRequest.Room.USUAL;
      case "evict" -> AcquireRequest.Room.EVICT;
      case "free" -> AcquireRequest.Room.FREE;
      default -> throw new InvalidRequestException("Cannot use room " + room + "; say evict or free");
    };
  }

  private AcquireRequest.Binding parsedBinding(AcquireRequest.Binding usual) {
    return switch (binding == null ? "session" : binding) {
      case "session" -> usual;
      case "detached" -> AcquireRequest.Binding.DETACHED;
      default -> throw new InvalidRequestException("Cannot use binding " + binding + "; say session or detached");
    };
  }

  /**
   * The same message with a name, by which a transport that may lose answers tells a repeated request from a new one.
   *
   * @param newRequestId a name that no other request has
   * @return this message
   */
  public Request withRequestId(String newRequestId) {
    requestId = newRequestId;
    return this;
  }

  /**
   * The request's name.
   *
   * @return what its client chose; null if it chose none
   */
  public @Nullable String requestId() {
    return requestId;
  }

  /**
   * The lease that it is about.
   *
   * @return its id
   * @throws InvalidRequestException if it names none
   */
  public LeaseId requiredLease() {
    if (leaseId == null) {
      throw new InvalidRequestException(
          "Cannot " + command + " without a lease_id; give the one that acquire answered");
    }
    return new LeaseId(leaseId);
  }

  /**
   * The leases that it is about: one or several.
   *
   * @return their ids, in order
   * @throws InvalidRequestException if it names none
   */
  public List<LeaseId> requiredLeases() {
    if (leaseIds == null) {
      return List.of(requiredLease());
    }
    return leaseIds.stream().map(LeaseId::new).toList();
  }

  /**
   * Whether it is about a list of leases, however many.
   *
   * @return false if it is about one, or none
   */
  public boolean hasLeases() {
    return leaseIds != null;
  }

  /**
   * What is to be discarded together with a seal.
   *
   * @return the objects; none if it says nothing
   * @throws IllegalArgumentException if an id is not allowed
   */
  public List<ObjectId> discards() {
    return discards == null ? List.of() : discards.stream().map(ObjectId::new).toList();
  }

  /**
   * How many bytes it is about.
   *
   * @return the number
   * @throws InvalidRequestException if it has none
   */
  public long requiredBytes() {
    if (bytes == null) {
      throw new InvalidRequestException("Cannot " + command + " without bytes; say how many");
    }
    return bytes;
  }

  /**
   * The object that it is about.
   *
   * @return its id
   * @throws InvalidRequestException if it names none
   * @throws IllegalArgumentException if the id is not allowed
   */
  public ObjectId requiredObject() {
    if (objectId == null) {
      throw new InvalidRequestException("Cannot " + command + " without an object_id; name the object");
    }
    return new ObjectId(objectId);
  }
}
