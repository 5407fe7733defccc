package io.packice.transport.wire;

import io.packice.core.Blob;
import io.packice.core.Caller;
import io.packice.core.MemberStatus;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.SessionStatus;
import io.packice.core.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The JSON objects inside of responses, but for statistics. */
final class Shapes {
  private Shapes() {
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static Duration orZero(@Nullable Duration duration) {
    return Objects.requireNonNullElse(duration, Duration.ZERO);
  }

  /** Which of the message's descriptors a blob is in, where in it, how long. There is one descriptor, of a lease. */
  static void writeBlob(FieldWriter to, Blob blob) {
    to.whole("fd", 0L).whole("offset", blob.offset()).whole("size", blob.byteSize());
  }

  /** The same in a message without a descriptor: where in the object's bytes, how long. */
  static void writeBlobElsewhere(FieldWriter to, Blob blob) {
    to.whole("offset", blob.offset()).whole("size", blob.byteSize());
  }

  static Blob readBlob(FieldReader from) {
    long[] place = new long[2];
    from.fields((field, value) -> {
      switch (field) {
        case "offset" -> place[0] = value.requiredWhole();
        case "size" -> place[1] = value.requiredWhole();
        default -> value.skip();
      }
    });
    return new Blob(place[0], place[1]);
  }

  /** An object in a listing. */
  static void writeStatus(FieldWriter to, ObjectStatus status) {
    StoredObject object = status.object();
    to.text("object_id", object.id().value()).text("group", object.group()).whole("owner_uid", object.owner())
        .meta("meta", object.meta()).objects("blobs", object.blobs(), Shapes::writeBlobElsewhere)
        .whole("held_bytes", status.heldBytes()).whole("leases", (long) status.leases()).flag("pinned", status.pinned())
        .seconds("object_ttl_seconds", object.ttl()).seconds("age_seconds", status.age())
        .seconds("idle_seconds", status.idle()).seconds("remaining_seconds", status.remaining());
  }

  static ObjectStatus readStatus(FieldReader from) {
    Status status = new Status();
    from.fields(status);
    StoredObject object = new StoredObject(new ObjectId(Objects.requireNonNull(status.id)), status.blobs,
        Response.metadata(status.meta), status.group, status.ttl, optional(status.owner));
    return new ObjectStatus(object, status.heldBytes, status.leases, status.isPinned, orZero(status.age),
        orZero(status.idle), status.remaining);
  }

  private static final class Status implements FieldReader.Fields {
    private @Nullable String id;
    private @Nullable String group;
    private @Nullable Long owner;
    private @Nullable String meta;
    private List<Blob> blobs = List.of();
    private long heldBytes;
    private int leases;
    private boolean isPinned;
    private @Nullable Duration ttl;
    private @Nullable Duration age;
    private @Nullable Duration idle;
    private @Nullable Duration remaining;

    @Override
    public void read(String field, FieldReader value) {
      switch (field) {
        case "object_id" -> id = value.text();
        case "group" -> group = value.text();
        case "owner_uid" -> owner = value.whole();
        case "meta" -> meta = value.json();
        case "blobs" -> blobs = Objects.requireNonNullElse(value.list(Shapes::readBlob), List.of());
        case "held_bytes" -> heldBytes = value.requiredWhole();
        case "leases" -> leases = (int) value.requiredWhole();
        case "pinned" -> isPinned = Boolean.TRUE.equals(value.flag());
        case "object_ttl_seconds" -> ttl = value.seconds();
        case "age_seconds" -> age = value.seconds();
        case "idle_seconds" -> idle = value.seconds();
        case "remaining_seconds" -> remaining = value.seconds();
        default -> value.skip();
      }
    }
  }

  /** Who is connected. */
  static void writeSession(FieldWriter to, SessionStatus status) {
    Caller caller = status.caller();
    to.whole("uid", caller.uid()).whole("pid", caller.pid()).seconds("age_seconds", status.age())
        .whole("leases", (long) status.leases());
  }

  static SessionStatus readSession(FieldReader from) {
    OptionalLong[] who = {OptionalLong.empty(), OptionalLong.empty()};
    Duration[] age = {Duration.ZERO};
    int[] leases = new int[1];
    from.fields((field, value) -> {
      switch (field) {
        case "uid" -> who[0] = optional(value.whole());
        case "pid" -> who[1] = optional(value.whole());
        case "age_seconds" -> age[0] = orZero(value.seconds());
        case "leases" -> leases[0] = (int) value.requiredWhole();
        default -> value.skip();
      }
    });
    return new SessionStatus(new Caller(who[0], who[1]), age[0], leases[0]);
  }

  /** One of the peers that share a store. */
  static void writeMember(FieldWriter to, MemberStatus member) {
    to.text("name", member.name()).text("place", member.place()).seconds("silent_seconds", member.silence());
  }

  static MemberStatus readMember(FieldReader from) {
    String[] texts = {"", ""};
    Duration[] silence = {Duration.ZERO};
    from.fields((field, value) -> {
      switch (field) {
        case "name" -> texts[0] = value.requiredText();
        case "place" -> texts[1] = value.requiredText();
        case "silent_seconds" -> silence[0] = orZero(value.seconds());
        default -> value.skip();
      }
    });
    return new MemberStatus(texts[0], texts[1], silence[0]);
  }
}
