package io.packice.transport.uds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.packice.core.Blob;
import io.packice.core.ErrorCode;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PeerStats;
import io.packice.core.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A message of a peer, as it travels: {@code status} is always there, the rest as the command has it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Response(@Nullable String status, @Nullable String code, @Nullable String message, @Nullable Integer version,
    @Nullable Boolean session, @Nullable String leaseId, @Nullable String objectId, @Nullable String intent,
    @Nullable Number ttlSeconds, @Nullable Double objectTtlSeconds, @Nullable Long fence, @Nullable String group,
    @Nullable JsonNode meta,
    @Nullable List<WireBlob> blobs,
    @Nullable WireStatus object, @Nullable List<WireStatus> objects, @Nullable String next, @Nullable PeerStats stats) {

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

  private static Response of(String status, @Nullable Number ttlSeconds) {
    return new Response(status, null, null, null, null, null, null, null, ttlSeconds, null, null, null, null, null,
        null, null, null, null);
  }

  static Response plain(String status) {
    return of(status, null);
  }

  static Response hello(boolean session) {
    return new Response("ok", null, null, Wire.VERSION, session, null, null, null, null, null, null, null, null, null,
        null, null, null, null);
  }

  static Response error(ErrorCode code, String message) {
    return new Response("error", code.name(), message, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null, null);
  }

  static Response renewed(@Nullable Duration ttl) {
    return of("renewed", Wire.wholeSeconds(ttl));
  }

  static Response granted(Lease lease) {
    StoredObject object = lease.object();
    return new Response("ok", null, null, null, null, lease.id().value(), object.id().value(),
        Wire.name(lease.intent()), Wire.wholeSeconds(lease.ttl()), Wire.seconds(object.ttl()), lease.fence(),
        object.group(), Wire.tree(object.meta()), WireBlob.of(object.blobs()), null, null, null, null);
  }

  static Response page(ObjectPage page) {
    return new Response("ok", null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        page.objects().stream().map(WireStatus::of).toList(), page.next() == null ? null : page.next().value(), null);
  }

  static Response status(ObjectStatus status) {
    return new Response("ok", null, null, null, null, null, null, null, null, null, null, null, null, null,
        WireStatus.of(status), null, null, null);
  }

  static Response stats(PeerStats stats) {
    return new Response("ok", null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, stats);
  }

  Lease toLease() {
    StoredObject object = new StoredObject(new ObjectId(Objects.requireNonNull(objectId)), WireBlob.toBlobs(blobs),
        meta == null ? Metadata.empty() : Metadata.parse(meta.toString()), group,
        objectTtlSeconds == null ? null : Wire.duration(objectTtlSeconds));
    return new Lease(new LeaseId(Objects.requireNonNull(leaseId)),
        Intent.valueOf(Objects.requireNonNull(intent).toUpperCase(Locale.ROOT)), toTtl(), fence == null ? 0 : fence,
        object);
  }

  @Nullable
  Duration toTtl() {
    return ttlSeconds == null ? null : Wire.duration(ttlSeconds.doubleValue());
  }

  ObjectPage toPage() {
    return new ObjectPage(Objects.requireNonNull(objects).stream().map(WireStatus::toStatus).toList(),
        next == null ? null : new ObjectId(next));
  }
}
