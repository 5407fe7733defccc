package io.packice.transport.wire;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a request for a lease looks in a message.
 *
 * @param isPlain whether it is for a server that knows no hello, with the fields that such know
 */
record AcquireFields(boolean isPlain) implements Fields<AcquireRequest> {
  @Override
  public void write(FieldWriter to, AcquireRequest what) {
    boolean saysMeta = !what.meta().equals(Metadata.empty()) && (!isPlain || what.intent() == Intent.CREATE);
    to.text("object_id", what.id() == null ? null : what.id().value()).text("intent", Wire.name(what.intent()))
        .number("ttl_seconds", Wire.wholeSeconds(what.ttl())).meta("meta", saysMeta ? what.meta() : null);
    if (isPlain) {
      return;
    }
    to.wholes("sizes", what.sizes()).text("if_exists", what.ifExists() == IfExists.REPLACE ? "replace" : null)
        .seconds("wait_seconds", what.patience().isZero() ? null : what.patience())
        .seconds("object_ttl_seconds", what.objectTtl()).text("group", what.group())
        .text("room", what.room() == Room.USUAL ? null : what.room().name().toLowerCase(Locale.ROOT))
        .whole("expected_bytes", what.expectedBytes() == 0 ? null : (Long) what.expectedBytes())
        .text("binding", what.binding() == Binding.DETACHED ? "detached" : null)
        .whole("as_of", what.asOf() == 0 ? null : (Long) what.asOf());
  }

  @Override
  public Reading<AcquireRequest> reading() {
    return new Reader();
  }

  private static final class Reader implements Reading<AcquireRequest> {
    private @Nullable String object;
    private @Nullable String intent;
    private @Nullable Duration ttl;
    private @Nullable String meta;
    private @Nullable List<Long> sizes;
    private @Nullable String ifExists;
    private @Nullable Duration patience;
    private @Nullable Duration objectTtl;
    private @Nullable String group;
    private @Nullable String room;
    private @Nullable String binding;
    private @Nullable Long expectedBytes;
    private @Nullable Long asOf;

    @Override
    public void read(String field, FieldReader value) {
      switch (field) {
        case "object_id" -> object = value.text();
        case "intent" -> intent = value.name();
        case "ttl_seconds" -> ttl = value.seconds();
        case "meta" -> meta = value.json();
        case "sizes" -> sizes = value.list(FieldReader::requiredWhole);
        case "if_exists" -> ifExists = value.name();
        case "wait_seconds" -> patience = value.seconds();
        case "object_ttl_seconds" -> objectTtl = value.seconds();
        case "group" -> group = value.text();
        case "room" -> room = value.name();
        case "binding" -> binding = value.name();
        case "expected_bytes" -> expectedBytes = value.whole();
        case "as_of" -> asOf = value.whole();
        default -> value.skip();
      }
    }

    @Override
    public AcquireRequest done(Envelope request) {
      return new AcquireRequest(object == null ? null : new ObjectId(object), parsedIntent(), ttl, Wire.metadata(meta),
          sizes, parsedIfExists(), Objects.requireNonNullElse(patience, Duration.ZERO), objectTtl, group,
          parsedBinding(), parsedRoom(), OptionalLong.empty(), Objects.requireNonNullElse(expectedBytes, 0L),
          Objects.requireNonNullElse(asOf, 0L));
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

    private IfExists parsedIfExists() {
      return switch (ifExists) {
        case null -> IfExists.FAIL;
        case "fail" -> IfExists.FAIL;
        case "replace" -> IfExists.REPLACE;
        default -> throw new InvalidRequestException("Cannot use if_exists " + ifExists + "; say fail or replace");
      };
    }

    private Room parsedRoom() {
      return switch (room) {
        case null -> Room.USUAL;
        case "evict" -> Room.EVICT;
        case "free" -> Room.FREE;
        default -> throw new InvalidRequestException("Cannot use room " + room + "; say evict or free");
      };
    }

    private Binding parsedBinding() {
      return switch (binding) {
        case null -> Binding.SESSION;
        case "session" -> Binding.SESSION;
        case "detached" -> Binding.DETACHED;
        default -> throw new InvalidRequestException("Cannot use binding " + binding + "; say session or detached");
      };
    }
  }
}
