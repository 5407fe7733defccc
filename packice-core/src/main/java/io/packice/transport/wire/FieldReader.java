package io.packice.transport.wire;

import io.packice.core.InvalidRequestException;
import io.packice.core.Utf8;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the values of a JSON object's fields. A null is the same as no field; a value of another kind than is asked for is refused. */
final class FieldReader {
  private final JsonParser json;
  private String field = "the message";

  FieldReader(JsonParser json) {
    this.json = json;
  }

  /** Takes a field's value, or skips it. */
  @FunctionalInterface
  interface Fields {
    void read(String name, FieldReader value);
  }

  /** Reads an object, the current value, field by field. */
  void fields(Fields fields) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw unlike("an object");
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      field = name;
      fields.read(name, this);
    }
  }

  /** The short text of one field of an object, the current value; null if it has none. Nothing behind it is read. */
  @Nullable
  String find(String wanted) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw unlike("an object");
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      if (name.equals(wanted)) {
        field = name;
        return name();
      }
      json.skipChildren();
    }
    return null;
  }

  /** Of a field that means nothing here. */
  void skip() {
    json.skipChildren();
  }

  private boolean isNull() {
    return json.currentToken() == JsonToken.VALUE_NULL;
  }

  @Nullable
  String text() {
    if (isNull()) {
      return null;
    }
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw unlike("a string");
    }
    String text = json.getString();
    if (!Utf8.hasForm(text)) {
      throw unlike("a text of whole characters: it has half of one beyond \\uffff");
    }
    return text;
  }

  /** A text that is short: what may be kept, logged or repeated in a refusal. */
  @Nullable
  String name() {
    String name = text();
    if (name != null && Utf8.byteSize(name) > Wire.MAX_NAME_BYTES) {
      throw unlike("a text of at most " + Wire.MAX_NAME_BYTES + " bytes");
    }
    return name;
  }

  String requiredName() {
    String name = name();
    if (name == null) {
      throw unlike("a string");
    }
    return name;
  }

  String requiredText() {
    String text = text();
    if (text == null) {
      throw unlike("a string");
    }
    return text;
  }

  @Nullable
  Boolean flag() {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw unlike("true or false");
    };
  }

  @Nullable
  Long whole() {
    return isNull() ? null : (Long) requiredWhole();
  }

  long requiredWhole() {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return json.getLongValue();
    }
    if (json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && json.getDoubleValue() == json.getLongValue()) {
      return json.getLongValue(); // of a language that has one kind of number
    }
    throw unlike("a whole number");
  }

  @Nullable
  Integer integer() {
    Long value = whole();
    if (value != null && value != value.intValue()) {
      throw unlike("a number of 32 bits");
    }
    return value == null ? null : value.intValue();
  }

  @Nullable
  Double number() {
    if (isNull()) {
      return null;
    }
    if (!json.currentToken().isNumeric()) {
      throw unlike("a number");
    }
    return json.getDoubleValue();
  }

  @Nullable
  Duration seconds() {
    Double seconds = number();
    return seconds == null ? null : Wire.duration(seconds);
  }

  /** Any value, as JSON without white space; numbers as they stand there, for they have more than one form. */
  @Nullable
  String json() {
    if (isNull()) {
      return null;
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = Wire.generator(text)) {
      int depth = 0;
      do {
        JsonToken token = json.currentToken();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token.isNumeric()) {
          copy.writeNumber(json.getString());
        } else {
          copy.copyCurrentEvent(json);
        }
      } while (depth > 0 && json.nextToken() != null);
    }
    return text.toString();
  }

  /** Null if there is none; elements are what the function makes of this reader at each of them. */
  <T> @Nullable List<T> list(Function<FieldReader, T> element) {
    if (isNull()) {
      return null;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw unlike("a list");
    }
    List<T> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(element.apply(this));
    }
    return list;
  }

  private InvalidRequestException unlike(String kind) {
    return new InvalidRequestException("Cannot read the message: " + field + " is not " + kind + "; see the protocol");
  }
}
