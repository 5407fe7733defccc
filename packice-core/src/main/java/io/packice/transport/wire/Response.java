package io.packice.transport.wire;

import io.packice.core.AcquireRequest;
import io.packice.core.Blob;
import io.packice.core.ErrorCode;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Printable;
import io.packice.core.SessionStatus;
import io.packice.core.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A message of a peer, as it travels: {@code status} is always there, of the rest what the command has.
 */
public final class Response {
  private static final int MOST_MESSAGE_CHARACTERS = 4_096;
  private static final int LEAST_MESSAGE_CHARACTERS = 256;

  private @Nullable String status;
  private @Nullable String code;
  private @Nullable String message;
  private @Nullable String error;
  private @Nullable Integer version;
  private @Nullable Boolean session;
  private @Nullable String sessionId;
  private @Nullable String leaseId;
  private @Nullable String objectId;
  private @Nullable String intent;
  private @Nullable Number ttlSeconds;
  private @Nullable Double objectTtlSeconds;
  private @Nullable Long fence;
  private @Nullable Long asOf;
  private @Nullable String group;
  private @Nullable Long ownerUid;
  private @Nullable Metadata meta;
  private @Nullable List<Blob> blobs;
  private @Nullable List<String> urls; // where the blobs are if there are no descriptors
  private @Nullable List<String> handles;
  private @Nullable ObjectStatus object;
  private @Nullable List<ObjectStatus> objects;
  private @Nullable String next;
  private @Nullable Boolean more;
  private @Nullable PeerStats stats;
  private @Nullable List<SessionStatus> sessions;
  private @Nullable List<String> ended;

  /** Without any field. */
  Response() {
  }

  /** Writes its fields, in the order in which they are sent. */
  void write(FieldWriter to) {
    to.text("status", status).text("code", code).text("message", message).text("error", error)
        .whole("version", version).flag("session", session).text("session_id", sessionId)
        .text("lease_id", leaseId).text("object_id", objectId).text("intent", intent).number("ttl_seconds", ttlSeconds)
        .number("object_ttl_seconds", objectTtlSeconds)
        .whole("fence", fence).whole("as_of", asOf).text("group", group).whole("owner_uid", ownerUid).meta("meta", meta)
        .objects("blobs", blobs, urls == null ? Shapes::writeBlob : Shapes::writeBlobElsewhere).texts("urls", urls)
        .texts("handles", handles).object("object", object, Shapes::writeStatus)
        .objects("objects", objects, Shapes::writeStatus).text("next", next).flag("more", more)
        .object("stats", stats, WireStats::write)
        .objects("sessions", sessions, Shapes::writeSession).texts("ended", ended);
  }

  /** Takes the value of one field; one that it does not know is skipped. */
  void read(String field, FieldReader value) {
    switch (field) {
      case "status" -> status = value.text();
      case "code" -> code = value.text();
      case "message" -> message = value.text();
      case "error" -> error = value.text();
      case "version" -> version = value.integer();
      case "session" -> session = value.flag();
      case "session_id" -> sessionId = value.text();
      case "lease_id" -> leaseId = value.text();
      case "object_id" -> objectId = value.text();
      case "intent" -> intent = value.text();
      case "ttl_seconds" -> ttlSeconds = value.number();
      case "object_ttl_seconds" -> objectTtlSeconds = value.number();
      case "fence" -> fence = value.whole();
      case "as_of" -> asOf = value.whole();
      case "group" -> group = value.text();
      case "owner_uid" -> ownerUid = value.whole();
      case "meta" -> meta = metadata(value.json());
      case "blobs" -> blobs = value.list(Shapes::readBlob);
      case "urls" -> urls = value.list(FieldReader::requiredText);
      case "handles" -> handles = value.list(FieldReader::requiredText);
      case "object" -> object = Shapes.readStatus(value);
      case "objects" -> objects = value.list(Shapes::readStatus);
      case "next" -> next = value.text();
      case "more" -> more = value.flag();
      case "stats" -> stats = WireStats.read(value);
      case "sessions" -> sessions = value.list(Shapes::readSession);
      case "ended" -> ended = value.list(FieldReader::requiredText);
      default -> value.skip();
    }
  }

  /**
   * Leaves out the next of what only clients of ours need, or half of a long message.
   *
   * @return false if nothing is left to leave out
   */
  boolean shorten() {
    if (leaseId != null && fence != null) {
      fence = null;
      asOf = null;
      group = null;
      ownerUid = null;
      objectTtlSeconds = null;
      return true;
    }
    if (leaseId != null && blobs != null) {
      blobs = null;
      return true;
    }
    if (message != null && message.length() > LEAST_MESSAGE_CHARACTERS) {
      message = Printable.legible(message, message.length() / 2);
      return true;
    }
    return false;
  }

  /** A peer's word is taken: it has looked at the metadata when it came, and few readers look inside. */
  static Metadata metadata(@Nullable String json) {
    return json == null ? Metadata.empty() : Metadata.ofOwnJson(json);
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  /**
   * An answer that says nothing but how it went.
   *
   * @param status the word for it
   * @return the message
   */
  public static Response plain(String status) {
    Response response = new Response();
    response.status = status;
    return response;
  }

  /**
   * Answers a hello.
   *
   * @param sessionId by which other connections share the session that leases end with; null if leases end with none
   * @return the message
   */
  public static Response hello(@Nullable String sessionId) {
    Response response = plain("ok");
    response.version = Wire.VERSION;
    response.session = sessionId != null;
    response.sessionId = sessionId;
    return response;
  }

  /**
   * A refusal.
   *
   * @param code which
   * @param message what cannot be done, and what to do
   * @return the message
   */
  public static Response error(ErrorCode code, String message) {
    Response response = plain("error");
    response.code = code.name();
    response.message = Printable.legible(message, MOST_MESSAGE_CHARACTERS);
    return response;
  }

  /**
   * A refusal as it travels over HTTP.
   *
   * @param code which
   * @param message what cannot be done, and what to do
   * @return the message
   */
  public static Response httpError(ErrorCode code, String message) {
    Response response = new Response();
    response.error = Printable.legible(message, MOST_MESSAGE_CHARACTERS);
    response.code = code.name();
    return response;
  }

  /**
   * The same message, with where the blobs are.
   *
   * @param newUrls paths of the blobs on the server that sends this, in order
   * @param newHandles files of this host that have the blobs; null where paths are not shared
   * @return this message
   */
  public Response withPlaces(List<String> newUrls, @Nullable List<String> newHandles) {
    urls = List.copyOf(newUrls);
    handles = newHandles == null ? null : List.copyOf(newHandles);
    return this;
  }

  /**
   * The same message, with how long nothing needs to be heard.
   *
   * @param ttl what was given
   * @return this message
   */
  public Response withTtl(Duration ttl) {
    ttlSeconds = Wire.wholeSeconds(ttl);
    return this;
  }

  /**
   * Answers a renewal.
   *
   * @param ttl what the lease has now; null if it lives as long as its session
   * @return the message
   */
  public static Response renewed(@Nullable Duration ttl) {
    Response response = plain("renewed");
    response.ttlSeconds = Wire.wholeSeconds(ttl);
    return response;
  }

  /**
   * Answers the renewal of several leases.
   *
   * @param ended those that have ended
   * @return the message
   */
  public static Response renewed(List<LeaseId> ended) {
    Response response = plain("renewed");
    response.ended = ended.stream().map(LeaseId::value).toList();
    return response;
  }

  /**
   * Gives a lease.
   *
   * @param lease the lease
   * @return the message
   */
  public static Response granted(Lease lease) {
    StoredObject object = lease.object();
    Response response = plain("ok");
    response.leaseId = lease.id().value();
    response.objectId = object.id().value();
    response.intent = Wire.name(lease.intent());
    response.ttlSeconds = Wire.wholeSeconds(lease.ttl());
    response.objectTtlSeconds = Wire.seconds(object.ttl());
    response.fence = lease.fence();
    response.asOf = lease.asOf() == 0 ? null : lease.asOf();
    response.group = object.group();
    response.ownerUid = orNull(object.owner());
    response.meta = object.meta();
    response.blobs = object.blobs();
    return response;
  }

  /**
   * A page of a listing.
   *
   * @param page the objects
   * @return the message
   */
  public static Response page(ObjectPage page) {
    Response response = plain("ok");
    response.objects = page.objects();
    response.next = page.next() == null ? null : page.next().value();
    return response;
  }

  /**
   * A part of what eviction would take.
   *
   * @param part the objects
   * @return the message
   */
  public static Response idle(Part<ObjectStatus> part) {
    Response response = plain("ok");
    response.objects = part.items();
    response.more = part.hasMore() ? true : null;
    return response;
  }

  /**
   * Describes an object.
   *
   * @param status what the peer knows of it
   * @return the message
   */
  public static Response status(ObjectStatus status) {
    Response response = plain("ok");
    response.object = status;
    return response;
  }

  /**
   * Describes the peer.
   *
   * @param stats its numbers
   * @return the message
   */
  public static Response stats(PeerStats stats) {
    Response response = plain("ok");
    response.stats = stats;
    return response;
  }

  /**
   * Describes who is connected.
   *
   * @param part some of the open sessions
   * @return the message
   */
  public static Response sessions(Part<SessionStatus> part) {
    Response response = plain("ok");
    response.sessions = part.items();
    response.more = part.hasMore() ? true : null;
    return response;
  }

  /**
   * The refusal that it is, as the exception that a client throws.
   *
   * @return the exception; null if it is no refusal
   */
  public @Nullable PackiceException toException() {
    String why = refusal();
    return why == null ? null : refusalCode(ErrorCode.INVALID_REQUEST).toException(why);
  }

  /**
   * Why the peer refuses, in its own words.
   *
   * @return the words; null if it does not refuse
   */
  public @Nullable String refusal() {
    if (!"error".equals(status) && error == null) {
      return null;
    }
    return Objects.requireNonNullElse(error == null ? message : error, "Cannot do it: the peer does not say why");
  }

  /**
   * What kind of refusal it is.
   *
   * @param unlessSaid what it is if the peer says no kind, or one of a later version
   * @return the code
   */
  public ErrorCode refusalCode(ErrorCode unlessSaid) {
    try {
      return code == null ? unlessSaid : ErrorCode.valueOf(code);
    } catch (IllegalArgumentException newerPeer) {
      return unlessSaid;
    }
  }

  /**
   * Whether it is a refusal without a code, as every peer of ours has given one since there are any: the answer of somebody else's server.
   *
   * @return true if so
   */
  public boolean isPlainRefusal() {
    return refusal() != null && code == null;
  }

  /**
   * Whether it is a message of the protocol at all, rather than any other JSON.
   *
   * @return true if it has a status, or is a refusal
   */
  public boolean hasStatus() {
    return status != null || error != null;
  }

  /**
   * The session that a hello began.
   *
   * @return by which other connections share it; null if they cannot, because the peer is of an earlier version
   */
  public @Nullable String sessionId() {
    return sessionId;
  }

  /**
   * The lease that it gives.
   *
   * @return plain data
   */
  public Lease toLease() {
    try {
      StoredObject leased = new StoredObject(new ObjectId(required(objectId, "object_id")),
          blobs == null ? List.of() : whole(blobs, "blobs"), Objects.requireNonNullElse(meta, Metadata.empty()), group,
          objectTtlSeconds == null ? null : Wire.duration(objectTtlSeconds), optional(ownerUid));
      return new Lease(new LeaseId(required(leaseId, "lease_id")),
          Intent.valueOf(required(intent, "intent").toUpperCase(Locale.ROOT)), toTtl(), fence == null ? 0 : fence,
          asOf == null ? 0 : asOf, leased);
    } catch (IllegalArgumentException wrong) {
      throw senseless(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  /**
   * The lease that a server gives that knows no hello: what it does not say is as it was asked for.
   *
   * @param asked the request
   * @param itsBlobs the blobs that came with it
   * @return the lease
   * @throws PeerUnavailableException if the answer makes no sense
   */
  public Lease toLease(AcquireRequest asked, List<Blob> itsBlobs) {
    try {
      ObjectId id = objectId == null ? asked.id() : new ObjectId(objectId);
      Metadata said = meta == null ? Metadata.empty() : Metadata.parse(meta.toJson()); // somebody else has looked at it, if anybody has
      Duration ttl = ttlSeconds == null ? asked.ttl() : toTtl();
      return new Lease(new LeaseId(required(leaseId, "lease_id")), asked.intent(), ttl, 0, 0,
          new StoredObject(required(id, "object_id"), itsBlobs, said, null, null));
    } catch (IllegalArgumentException wrong) {
      throw senseless(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  /**
   * The id of the lease that it gives.
   *
   * @return the id; null if it gives none
   */
  public @Nullable String leaseId() {
    return leaseId;
  }

  /**
   * Where the files of the object are, on a file system that is shared.
   *
   * @return paths; null if it says none
   */
  public @Nullable List<String> handles() {
    return handles == null ? null : whole(handles, "handles");
  }

  /** What every peer says; one that does not is none, or broken. */
  private static <T> T required(@Nullable T value, String field) {
    if (value == null) {
      throw senseless("it has no " + field, null);
    }
    return value;
  }

  private static <T> List<T> whole(@Nullable List<T> values, String field) {
    List<T> all = required(values, field);
    if (all.stream().anyMatch(Objects::isNull)) {
      throw senseless("one of its " + field + " is null", null);
    }
    return all;
  }

  private static PeerUnavailableException senseless(String why, @Nullable Throwable cause) {
    return new PeerUnavailableException(
        "Cannot use the peer's answer: " + why + "; see whether it is a Packice peer, and connect anew", cause);
  }

  /**
   * The TTL of a lease that it gives or renews.
   *
   * @return the TTL; null if the lease lives as long as its session
   */
  public @Nullable Duration toTtl() {
    return ttlSeconds == null ? null : Wire.duration(ttlSeconds.doubleValue());
  }

  /**
   * Which of the leases that were to be renewed have ended.
   *
   * @return their ids; none if it says nothing
   */
  public List<LeaseId> toEnded() {
    return ended == null ? List.of() : ended.stream().map(LeaseId::new).toList();
  }

  /**
   * The page that it has.
   *
   * @return plain data
   */
  public ObjectPage toPage() {
    try {
      return new ObjectPage(whole(objects, "objects"), next == null ? null : new ObjectId(next));
    } catch (IllegalArgumentException wrong) {
      throw senseless(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  /**
   * What eviction would take, or a part of it.
   *
   * @return plain data
   */
  public Part<ObjectStatus> toIdle() {
    return new Part<>(whole(objects, "objects"), Boolean.TRUE.equals(more));
  }

  /**
   * The object that it describes.
   *
   * @return plain data
   */
  public ObjectStatus toStatus() {
    return required(object, "object");
  }

  /**
   * The numbers that it has.
   *
   * @return plain data
   */
  public PeerStats toStats() {
    return required(stats, "stats");
  }

  /**
   * The sessions that it describes.
   *
   * @return plain data
   */
  public Part<SessionStatus> toSessions() {
    return new Part<>(whole(sessions, "sessions"), Boolean.TRUE.equals(more));
  }
}
