package io.packice.transport.wire;

import io.packice.core.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes the fields of a JSON object, in the order of the calls; a value that is null leaves its field out. */
final class FieldWriter {
  private final JsonGenerator json;

  FieldWriter(JsonGenerator json) {
    this.json = json;
  }

  FieldWriter text(String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
    return this;
  }

  FieldWriter flag(String name, @Nullable Boolean value) {
    if (value != null) {
      json.writeBooleanProperty(name, value);
    }
    return this;
  }

  FieldWriter whole(String name, long value) {
    json.writeNumberProperty(name, value);
    return this;
  }

  FieldWriter whole(String name, @Nullable Long value) {
    return value == null ? this : whole(name, value.longValue());
  }

  FieldWriter whole(String name, OptionalLong value) {
    return value.isPresent() ? whole(name, value.getAsLong()) : this;
  }

  FieldWriter whole(String name, @Nullable Integer value) {
    return value == null ? this : whole(name, value.longValue());
  }

  FieldWriter number(String name, @Nullable Number value) {
    if (value instanceof Long whole) {
      json.writeNumberProperty(name, whole);
    } else if (value != null) {
      json.writeNumberProperty(name, value.doubleValue());
    }
    return this;
  }

  FieldWriter seconds(String name, @Nullable Duration value) {
    return number(name, Wire.seconds(value));
  }

  FieldWriter meta(String name, @Nullable Metadata value) {
    return json(name, value == null ? null : value.toJson());
  }

  /** A value that is JSON already. */
  FieldWriter json(String name, @Nullable String value) {
    if (value != null) {
      json.writeName(name);
      json.writeRawValue(value);
    }
    return this;
  }

  FieldWriter texts(String name, @Nullable List<String> values) {
    return list(name, values, (element, value) -> element.json.writeString(value));
  }

  FieldWriter wholes(String name, @Nullable List<Long> values) {
    return list(name, values, (element, value) -> element.json.writeNumber(value));
  }

  <T> FieldWriter objects(String name, @Nullable List<T> values, BiConsumer<FieldWriter, T> fields) {
    return list(name, values, (element, value) -> element.object(value, fields));
  }

  <T> FieldWriter object(String name, @Nullable T value, BiConsumer<FieldWriter, T> fields) {
    if (value != null) {
      json.writeName(name);
      object(value, fields);
    }
    return this;
  }

  private <T> void object(T value, BiConsumer<FieldWriter, T> fields) {
    json.writeStartObject();
    fields.accept(this, value);
    json.writeEndObject();
  }

  private <T> FieldWriter list(String name, @Nullable List<T> values, BiConsumer<FieldWriter, T> write) {
    if (values != null) {
      json.writeName(name);
      json.writeStartArray();
      for (T value : values) {
        write.accept(this, value);
      }
      json.writeEndArray();
    }
    return this;
  }
}
