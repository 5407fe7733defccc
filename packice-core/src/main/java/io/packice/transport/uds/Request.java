package io.packice.transport.uds;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
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

/**
 * A message of a client, as it travels: every field may be absent, and which ones matter depends on the command. Fields stand in the order in
 * which they are sent.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class Request {
  @Nullable String command;
  @Nullable Integer version;
  @Nullable Boolean session;
  @Nullable String leaseId;
  @Nullable String objectId;
  @Nullable String intent;
  @Nullable Double ttlSeconds;
  @Nullable JsonNode meta;
  @Nullable List<Long> sizes;
  @Nullable String ifExists;
  @Nullable Double waitSeconds;
  @Nullable Double objectTtlSeconds;
  @Nullable String group;
  @Nullable String room;
  @Nullable String prefix;
  @Nullable String after;
  @Nullable Integer limit;
  @Nullable Long bytes;

  static Request plain(String command) {
    Request request = new Request();
    request.command = command;
    return request;
  }

  static Request hello() {
    Request request = plain("hello");
    request.version = Wire.VERSION;
    request.session = true;
    return request;
  }

  static Request ofLease(String command, LeaseId lease) {
    Request request = plain(command);
    request.leaseId = lease.value();
    return request;
  }

  static Request ofObject(String command, ObjectId object) {
    Request request = plain(command);
    request.objectId = object.value();
    return request;
  }

  static Request list(String prefix, @Nullable ObjectId after, int limit) {
    Request request = plain("list");
    request.prefix = prefix;
    request.after = after == null ? null : after.value();
    request.limit = limit;
    return request;
  }

  static Request idle(long bytes) {
    Request request = plain("idle");
    request.bytes = bytes;
    return request;
  }

  static Request acquire(AcquireRequest acquire) {
    Request request = plain("acquire");
    request.objectId = acquire.id() == null ? null : acquire.id().value();
    request.intent = Wire.name(acquire.intent());
    request.ttlSeconds = Wire.seconds(acquire.ttl());
    request.meta = Wire.tree(acquire.meta());
    request.sizes = acquire.sizes();
    request.ifExists = acquire.ifExists() == AcquireRequest.IfExists.REPLACE ? "replace" : null;
    request.waitSeconds = acquire.patience().isZero() ? null : Wire.seconds(acquire.patience());
    request.objectTtlSeconds = Wire.seconds(acquire.objectTtl());
    request.group = acquire.group();
    request.room = acquire.room() == AcquireRequest.Room.FREE ? "free" : null;
    return request;
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
