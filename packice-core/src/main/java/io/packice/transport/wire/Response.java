package io.packice.transport.wire;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.packice.core.Blob;
import io.packice.core.Caller;
import io.packice.core.ErrorCode;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.PeerStats;
import io.packice.core.SessionStatus;
import io.packice.core.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A message of a peer, as it travels: {@code status} is always there, of the rest what the command has. Fields stand in the order in which they are
 * sent.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class Response {
  @Nullable String status;
  @Nullable String code;
  @Nullable String message;
  @Nullable String error;
  @Nullable Integer version;
  @Nullable Boolean session;
  @Nullable String leaseId;
  @Nullable String objectId;
  @Nullable String intent;
  @Nullable Number ttlSeconds;
  @Nullable Double objectTtlSeconds;
  @Nullable Long fence;
  @Nullable String group;
  @Nullable Long ownerUid;
  @Nullable JsonNode meta;
  @Nullable List<WireBlob> blobs;
  @Nullable List<String> urls;
  @Nullable List<String> handles;
  @Nullable WireStatus object;
  @Nullable List<WireStatus> objects;
  @Nullable String next;
  @Nullable WireStats stats;
  @Nullable List<WireSession> sessions;

  private Response() {
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  /** A blob: which of the message's descriptors, where in it, how long. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WireBlob(@Nullable Integer fd, long offset, long size) {
    static List<WireBlob> of(List<Blob> blobs) {
      return blobs.stream().map(blob -> new WireBlob(0, blob.offset(), blob.byteSize())).toList();
    }

    static List<Blob> toBlobs(@Nullable List<WireBlob> blobs) {
      return blobs == null ? List.of() : blobs.stream().map(blob -> new Blob(blob.offset, blob.size)).toList();
    }
  }

  /** An object in a listing. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WireStatus(String objectId, @Nullable String group, @Nullable Long ownerUid, JsonNode meta,
      List<WireBlob> blobs, long heldBytes,
      int leases,
      boolean pinned, @Nullable Double objectTtlSeconds, double ageSeconds, double idleSeconds,
      @Nullable Double remainingSeconds) {
    static WireStatus of(ObjectStatus status) {
      StoredObject object = status.object();
      return new WireStatus(object.id().value(), object.group(), orNull(object.owner()), Wire.tree(object.meta()),
          WireBlob.of(object.blobs()),
          status.heldBytes(), status.leases(), status.pinned(),
          Wire.seconds(object.ttl()), Wire.requiredSeconds(status.age()),
          Wire.requiredSeconds(status.idle()),
          Wire.seconds(status.remaining()));
    }

    ObjectStatus toStatus() {
      StoredObject object =
          new StoredObject(new ObjectId(objectId), WireBlob.toBlobs(blobs), Wire.metadata(meta), group,
              objectTtlSeconds == null ? null : Wire.duration(objectTtlSeconds), optional(ownerUid));
      return new ObjectStatus(object, heldBytes, leases, pinned, Wire.duration(ageSeconds), Wire.duration(idleSeconds),
          remainingSeconds == null ? null : Wire.duration(remainingSeconds));
    }
  }

  /** Who is connected. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WireSession(@Nullable Long uid, @Nullable Long pid, double ageSeconds, int leases) {
    static WireSession of(SessionStatus status) {
      Caller caller = status.caller();
      return new WireSession(orNull(caller.uid()),
          orNull(caller.pid()), Wire.requiredSeconds(status.age()),
          status.leases());
    }

    SessionStatus toStatus() {
      return new SessionStatus(new Caller(optional(uid), optional(pid)), Wire.duration(ageSeconds), leases);
    }
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
   * @param session whether leases end with the connection
   * @return the message
   */
  public static Response hello(boolean session) {
    Response response = plain("ok");
    response.version = Wire.VERSION;
    response.session = session;
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
    response.message = message;
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
    response.error = message;
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
    if (blobs != null) { // there are no descriptors beside it
      blobs = blobs.stream().map(blob -> new WireBlob(null, blob.offset, blob.size)).toList();
    }
    urls = List.copyOf(newUrls);
    handles = newHandles == null ? null : List.copyOf(newHandles);
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
    response.group = object.group();
    response.ownerUid = orNull(object.owner());
    response.meta = Wire.tree(object.meta());
    response.blobs = WireBlob.of(object.blobs());
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
    response.objects = page.objects().stream().map(WireStatus::of).toList();
    response.next = page.next() == null ? null : page.next().value();
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
    response.object = WireStatus.of(status);
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
    response.stats = WireStats.of(stats);
    return response;
  }

  /**
   * Describes who is connected.
   *
   * @param sessions the open sessions
   * @return the message
   */
  public static Response sessions(List<SessionStatus> sessions) {
    Response response = plain("ok");
    response.sessions = sessions.stream().map(WireSession::of).toList();
    return response;
  }

  /**
   * The refusal that it is, as the exception that a client throws.
   *
   * @return the exception; null if it is no refusal
   */
  public @Nullable PackiceException toException() {
    if (!"error".equals(status) && error == null) {
      return null;
    }
    String why = error == null ? message : error;
    return errorCode().toException(Objects.requireNonNullElse(why, "Cannot do it: the peer does not say why"));
  }

  private ErrorCode errorCode() {
    try {
      return ErrorCode.valueOf(String.valueOf(code));
    } catch (IllegalArgumentException newerPeer) {
      return ErrorCode.INVALID_REQUEST;
    }
  }

  /**
   * The lease that it gives.
   *
   * @return plain data
   */
  public Lease toLease() {
    StoredObject leased = new StoredObject(new ObjectId(Objects.requireNonNull(objectId)), WireBlob.toBlobs(blobs),
        Wire.metadata(meta), group,
        objectTtlSeconds == null ? null : Wire.duration(objectTtlSeconds), optional(ownerUid));
    return new Lease(new LeaseId(Objects.requireNonNull(leaseId)),
        Intent.valueOf(Objects.requireNonNull(intent).toUpperCase(Locale.ROOT)), toTtl(), fence == null ? 0 : fence,
        leased);
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
   * The page that it has.
   *
   * @return plain data
   */
  public ObjectPage toPage() {
    return new ObjectPage(Objects.requireNonNull(objects).stream().map(WireStatus::toStatus).toList(),
        next == null ? null : new ObjectId(next));
  }

  /**
   * The object that it describes.
   *
   * @return plain data
   */
  public ObjectStatus toStatus() {
    return Objects.requireNonNull(object).toStatus();
  }

  /**
   * The numbers that it has.
   *
   * @return plain data
   */
  public PeerStats toStats() {
    return Objects.requireNonNull(stats).toStats();
  }

  /**
   * The sessions that it describes.
   *
   * @return plain data
   */
  public List<SessionStatus> toSessions() {
    return Objects.requireNonNull(sessions).stream().map(WireSession::toStatus).toList();
  }
}
