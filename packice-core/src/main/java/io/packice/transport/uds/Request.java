package io.packice.transport.uds;

import io.packice.core.AcquireRequest;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A message of a client, as it travels: every field may be absent, and which ones matter depends on the command. */
record Request(@Nullable String command, @Nullable Integer version, @Nullable Boolean session, @Nullable String leaseId,
    @Nullable String objectId, @Nullable String intent, @Nullable Double ttlSeconds, @Nullable JsonNode meta,
    @Nullable List<Long> sizes, @Nullable String ifExists, @Nullable Double waitSeconds,
    @Nullable Double objectTtlSeconds,
    @Nullable String group, @Nullable String prefix, @Nullable String after, @Nullable Integer limit,
    @Nullable String room, @Nullable Long bytes) {

  private static Request command(String command, @Nullable String leaseId, @Nullable String objectId) {
    return new Request(command, null, null, leaseId, objectId, null, null, null, null, null, null, null, null, null,
        null, null, null, null);
  }

  static Request hello() {
    return new Request("hello", Wire.VERSION, true, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null, null);
  }

  static Request plain(String command) {
    return command(command, null, null);
  }

  static Request ofLease(String command, LeaseId lease) {
    return command(command, lease.value(), null);
  }

  static Request ofObject(String command, ObjectId object) {
    return command(command, null, object.value());
  }

  static Request list(String prefix, @Nullable ObjectId after, int limit) {
    return new Request("list", null, null, null, null, null, null, null, null, null, null, null, null, prefix,
        after == null ? null : after.value(), limit, null, null);
  }

  static Request idle(long bytes) {
    return new Request("idle", null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, bytes);
  }

  static Request acquire(AcquireRequest request) {
    return new Request("acquire", null, null, null, request.id() == null ? null : request.id().value(),
        Wire.name(request.intent()),
        Wire.seconds(request.ttl()), Wire.tree(request.meta()), request.sizes(),
        request.ifExists() == AcquireRequest.IfExists.REPLACE ? "replace" : null,
        request.patience().isZero() ? null : Wire.seconds(request.patience()), Wire.seconds(request.objectTtl()),
        request.group(), null,
        null, null, request.room() == AcquireRequest.Room.FREE ? "free" : null, null);
  }

  /** What an acquire asks for; the connection decides what the lease lives and dies with. */
  AcquireRequest toAcquire(AcquireRequest.Binding binding) {
    return new AcquireRequest(objectId == null ? null : new ObjectId(objectId), parsedIntent(), duration(ttlSeconds),
        meta == null || meta.isNull() ? Metadata.empty() : Metadata.parse(meta.toString()), sizes, parsedIfExists(),
        waitSeconds == null ? Duration.ZERO : Wire.duration(waitSeconds), duration(objectTtlSeconds), group, binding,
        parsedRoom());
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
    return switch (room == null ? "evict" : room) {
      case "evict" -> AcquireRequest.Room.EVICT;
      case "free" -> AcquireRequest.Room.FREE;
      default -> throw new InvalidRequestException("Cannot use room " + room + "; say evict or free");
    };
  }

  LeaseId requiredLease() {
    if (leaseId == null) {
      throw new InvalidRequestException(
          "Cannot " + command + " without a lease_id; give the one that acquire answered");
    }
    return new LeaseId(leaseId);
  }

  long requiredBytes() {
    if (bytes == null) {
      throw new InvalidRequestException("Cannot " + command + " without bytes; say how many");
    }
    return bytes;
  }

  ObjectId requiredObject() {
    if (objectId == null) {
      throw new InvalidRequestException("Cannot " + command + " without an object_id; name the object");
    }
    return new ObjectId(objectId);
  }
}
