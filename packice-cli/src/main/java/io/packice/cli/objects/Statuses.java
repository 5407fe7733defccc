package io.packice.cli.objects;

import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Quantity;
import io.packice.cli.command.TextTable;

import io.packice.core.Blob;
import io.packice.core.ObjectStatus;
import io.packice.core.StoredObject;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How an object looks on the screen and in JSON. */
final class Statuses {
  private Statuses() {
  }

  /** The same for people: one row each. */
  static TextTable table(Iterator<ObjectStatus> objects) {
    TextTable table = new TextTable("ID", ">SIZE", ">BLOBS", ">LEASES", ">AGE", ">IDLE", "NOTE");
    objects.forEachRemaining(status -> {
      StoredObject object = status.object();
      table.row(object.id().value(), ByteSize.format(object.byteSize()), String.valueOf(object.blobs().size()),
          String.valueOf(status.leases()), Durations.format(status.age()), Durations.format(status.idle()),
          note(status));
    });
    return table;
  }

  private static String note(ObjectStatus status) {
    StringBuilder note = new StringBuilder(status.pinned() ? "pinned " : "");
    if (status.remaining() != null) {
      note.append("ends in ").append(Durations.format(status.remaining())).append(' ');
    }
    if (status.object().group() != null && !status.object().id().value().equals(status.object().group())) {
      note.append("group ").append(status.object().group());
    }
    return note.toString().strip();
  }

  /** The same for people: all of one object. */
  static String describe(ObjectStatus status) {
    StoredObject object = status.object();
    StringBuilder text = new StringBuilder();
    line(text, "id", object.id().value());
    line(text, "size", Quantity.exact(object.byteSize()) + " in " + Quantity.count(object.blobs().size(), "blob"));
    if (object.blobs().size() > 1) {
      line(text, "blobs",
          object.blobs().stream().map(b -> ByteSize.format(b.byteSize())).collect(Collectors.joining(", ")));
    }
    line(text, "held", Quantity.exact(status.heldBytes()) + " of the peer's capacity");
    line(text, "leases", String.valueOf(status.leases()));
    line(text, "pinned", status.pinned() ? "yes" : "no");
    line(text, "age", Durations.format(status.age()));
    line(text, "idle", Durations.format(status.idle()));
    line(text, "ends", status.remaining() == null ? "never" : "in " + Durations.format(status.remaining()));
    line(text, "owner", object.owner().isPresent() ? "uid " + object.owner().getAsLong() : "the peer");
    line(text, "group", Objects.requireNonNullElse(object.group(), "none"));
    line(text, "meta", object.meta().toJson());
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-7s %s%n", name, value));
  }

  /** The same for programs. */
  static Map<String, @Nullable Object> fields(ObjectStatus status) {
    StoredObject object = status.object();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", object.id().value());
    fields.put("size", object.byteSize());
    fields.put("blob_sizes", object.blobs().stream().map(Blob::byteSize).toList());
    fields.put("held_bytes", status.heldBytes());
    fields.put("leases", status.leases());
    fields.put("pinned", status.pinned());
    fields.put("age_seconds", Durations.seconds(status.age()));
    fields.put("idle_seconds", Durations.seconds(status.idle()));
    Duration remaining = status.remaining();
    fields.put("remaining_seconds", remaining == null ? null : Durations.seconds(remaining));
    fields.put("group", object.group());
    fields.put("owner_uid", object.owner().isPresent() ? object.owner().getAsLong() : null);
    fields.put("meta", object.meta().toMap());
    return fields;
  }
}
