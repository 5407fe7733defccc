package io.packice.transport.wire;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.packice.core.AcquireRequest;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A message of a client, as it travels: every field may be absent, and which ones matter depends on the command. Fields stand in the order in
 * which they are sent.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class Request {
  @Nullable String command;
  @Nullable Integer version;
  @Nullable Boolean session;
  @Nullable String leaseId;
  @Nullable List<String> leaseIds;
  @Nullable String objectId;
  @Nullable String requestId;
  @Nullable String intent;
  @Nullable Double ttlSeconds;
  @Nullable JsonNode meta;
  @Nullable List<Long> sizes;
  @Nullable String ifExists;
  @Nullable Double waitSeconds;
  @Nullable Double objectTtlSeconds;
  @Nullable String group;
  @Nullable String room;
  @Nullable String binding;
  @Nullable String prefix;
  @Nullable String after;
  @Nullable Integer limit;
  @Nullable Long bytes;

  private Request() {
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
   * A request to seal several drafts together.
   *
   * @param leases their leases, in the order of the seals
   * @return the message
   */
  public static Request seal(List<LeaseId> leases) {
    Request request = plain("seal");
    request.leaseIds = leases.stream().map(LeaseId::value).toList();
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
   * @return the message
   */
  public static Request idle(long bytes) {
    Request request = plain("idle");
    request.bytes = bytes;
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
    request.ttlSeconds = Wire.seconds(acquire.ttl());
    request.meta = Wire.isEmpty(acquire.meta()) ? null : Wire.tree(acquire.meta());
    request.sizes = acquire.sizes();
    request.ifExists = acquire.ifExists() == AcquireRequest.IfExists.REPLACE ? "replace" : null;
    request.waitSeconds = acquire.patience().isZero() ? null : Wire.seconds(acquire.patience());
    request.objectTtlSeconds = Wire.seconds(acquire.objectTtl());
    request.group = acquire.group();
    request.room = acquire.room() == AcquireRequest.Room.FREE ? "free" : null;
    request.binding = acquire.binding() == AcquireRequest.Binding.DETACHED ? "detached" : null;
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
    return new AcquireRequest(objectId == null ? null : new ObjectId(objectId), parsedIntent(), duration(ttlSeconds),
        Wire.metadata(meta), sizes, parsedIfExists(),
        waitSeconds == null ? Duration.ZERO : Wire.duration(waitSeconds), duration(objectTtlSeconds), group,
        parsedBinding(usual), parsedRoom());
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
   * @throws InvalidRequestException if it names none, or null among them
   */
  public List<LeaseId> requiredLeases() {
    if (leaseIds == null) {
      return List.of(requiredLease());
    }
    if (leaseIds.stream().anyMatch(Objects::isNull)) {
      throw new InvalidRequestException("Cannot " + command + " null; give lease_ids that acquire answered");
    }
    return leaseIds.stream().map(LeaseId::new).toList();
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
