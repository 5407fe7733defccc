package io.packice.transport.uds;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.packice.core.Blob;
import io.packice.core.Caller;
import io.packice.core.ErrorCode;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
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
final class Response {
  @Nullable String status;
  @Nullable String code;
  @Nullable String message;
  @Nullable Integer version;
  @Nullable Boolean session;
  @Nullable String leaseId;
  @Nullable String objectId;
  @Nullable String intent;
  @Nullable Number ttlSeconds;
  @Nullable Double objectTtlSeconds;
  @Nullable Long fence;
  @Nullable String group;
  @Nullable JsonNode meta;
  @Nullable List<WireBlob> blobs;
  @Nullable WireStatus object;
  @Nullable List<WireStatus> objects;
  @Nullable String next;
  @Nullable PeerStats stats;
  @Nullable List<WireSession> sessions;

  /** A blob: which of the message's descriptors, where in it, how long. */
  record WireBlob(int fd, long offset, long size) {
    static List<WireBlob> of(List<Blob> blobs) {
      return blobs.stream().map(blob -> new WireBlob(0, blob.offset(), blob.byteSize())).toList();
    }

    static List<Blob> toBlobs(@Nullable List<WireBlob> blobs) {
      return blobs == null ? List.of() : blobs.stream().map(blob -> new Blob(blob.offset, blob.size)).toList();
    }
  }

  /** An object in a listing. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WireStatus(String objectId, @Nullable String group, JsonNode meta, List<WireBlob> blobs, long heldBytes,
      int leases,
      boolean pinned, @Nullable Double objectTtlSeconds, double ageSeconds, double idleSeconds,
      @Nullable Double remainingSeconds) {
    static WireStatus of(ObjectStatus status) {
      StoredObject object = status.object();
      return new WireStatus(object.id().value(), object.group(), Wire.tree(object.meta()), WireBlob.of(object.blobs()),
          status.heldBytes(), status.leases(), status.pinned(),
          Wire.seconds(object.ttl()), Wire.requiredSeconds(status.age()),
          Wire.requiredSeconds(status.idle()),
          Wire.seconds(status.remaining()));
    }

    ObjectStatus toStatus() {
      StoredObject object =
          new StoredObject(new ObjectId(objectId), WireBlob.toBlobs(blobs), Metadata.parse(meta.toString()), group,
              objectTtlSeconds == null ? null : Wire.duration(objectTtlSeconds));
      return new ObjectStatus(object, heldBytes, leases, pinned, Wire.duration(ageSeconds), Wire.duration(idleSeconds),
          remainingSeconds == null ? null : Wire.duration(remainingSeconds));
    }
  }

  /** Who is connected. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WireSession(@Nullable Long uid, @Nullable Long pid, double ageSeconds, int leases) {
    static WireSession of(SessionStatus status) {
      Caller caller = status.caller();
      return new WireSession(caller.uid().isPresent() ? caller.uid().getAsLong() : null,
          caller.pid().isPresent() ? caller.pid().getAsLong() : null, Wire.requiredSeconds(status.age()),
          status.leases());
    }

    SessionStatus toStatus() {
      return new SessionStatus(new Caller(optional(uid), optional(pid)), Wire.duration(ageSeconds), leases);
    }

    private static OptionalLong optional(@Nullable Long value) {
      return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
  }

  static Response plain(String status) {
    Response response = new Response();
    response.status = status;
    return response;
  }

  static Response hello(boolean session) {
    Response response = plain("ok");
    response.version = Wire.VERSION;
    response.session = session;
    return response;
  }

  static Response error(ErrorCode code, String message) {
    Response response = plain("error");
    response.code = code.name();
    response.message = message;
    return response;
  }

  static Response renewed(@Nullable Duration ttl) {
    Response response = plain("renewed");
    response.ttlSeconds = Wire.wholeSeconds(ttl);
    return response;
  }

  static Response granted(Lease lease) {
    StoredObject object = lease.object();
    Response response = plain("ok");
    response.leaseId = lease.id().value();
    response.objectId = object.id().value();
    response.intent = Wire.name(lease.intent());
    response.ttlSeconds = Wire.wholeSeconds(lease.ttl());
    response.objectTtlSeconds = Wire.seconds(object.ttl());
    response.fence = lease.fence();
    response.group = object.group();
    response.meta = Wire.tree(object.meta());
    response.blobs = WireBlob.of(object.blobs());
    return response;
  }

  static Response page(ObjectPage page) {
    Response response = plain("ok");
    response.objects = page.objects().stream().map(WireStatus::of).toList();
    response.next = page.next() == null ? null : page.next().value();
    return response;
  }

  static Response status(ObjectStatus status) {
    Response response = plain("ok");
    response.object = WireStatus.of(status);
    return response;
  }

  static Response stats(PeerStats stats) {
    Response response = plain("ok");
    response.stats = stats;
    return response;
  }

  static Response sessions(List<SessionStatus> sessions) {
    Response response = plain("ok");
    response.sessions = sessions.stream().map(WireSession::of).toList();
    return response;
  }

  Lease toLease() {
    StoredObject leased = new StoredObject(new ObjectId(Objects.requireNonNull(objectId)), WireBlob.toBlobs(blobs),
        meta == null ? Metadata.empty() : Metadata.parse(meta.toString()), group,
        objectTtlSeconds == null ? null : Wire.duration(objectTtlSeconds));
    return new Lease(new LeaseId(Objects.requireNonNull(leaseId)),
        Intent.valueOf(Objects.requireNonNull(intent).toUpperCase(Locale.ROOT)), toTtl(), fence == null ? 0 : fence,
        leased);
  }

  @Nullable
  Duration toTtl() {
    return ttlSeconds == null ? null : Wire.duration(ttlSeconds.doubleValue());
  }

  ObjectPage toPage() {
    return new ObjectPage(Objects.requireNonNull(objects).stream().map(WireStatus::toStatus).toList(),
        next == null ? null : new ObjectId(next));
  }

  ObjectStatus toStatus() {
    return Objects.requireNonNull(object).toStatus();
  }

  PeerStats toStats() {
    return Objects.requireNonNull(stats);
  }

  List<SessionStatus> toSessions() {
    return Objects.requireNonNull(sessions).stream().map(WireSession::toStatus).toList();
  }
}
