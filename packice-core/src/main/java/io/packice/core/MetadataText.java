package io.packice.core;

import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Brings JSON into the form in which metadata is kept, and is the one judge of what may be metadata: what every message, manifest and listing can carry, and
 * everybody who reads those can read. Numbers stay as they are written. For one text.
 */
final class MetadataText implements AutoCloseable {
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Reads what Java has for numbers that are none, too, so that they are refused by their names. */
  private static final JsonFactory OF_JAVA = STRICT.rebuild().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final int MOST_SHOWN = 40;

  private final JsonParser from;
  private final StringWriter text = new StringWriter();
  private final JsonGenerator to = STRICT.createGenerator(ObjectWriteContext.empty(), text);
  private int depth;

  private MetadataText(JsonParser from) {
    this.from = from;
  }

  /** From what somebody wrote. */
  static String of(String json) {
    return of(STRICT, json);
  }

  /** From what Java's values became. */
  static String ofJava(String json) {
    return of(OF_JAVA, json);
  }

  private static String of(JsonFactory factory, String json) {
    try (JsonParser from = factory.createParser(ObjectReadContext.empty(), json);
        MetadataText copy = new MetadataText(from)) {
      return copy.checked();
    }
  }

  private String checked() {
    JsonToken token = from.nextToken();
    if (token != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("Cannot use " + kind(token) + " as metadata; give a JSON object");
    }
    for (; token != null; token = depth == 0 ? null : from.nextToken()) {
      take(token);
    }
    if (from.nextToken() != null) {
      throw new IllegalArgumentException("Cannot use more than one JSON value as metadata; give one JSON object");
    }
    to.flush();
    String whole = text.toString();
    int bytes = Utf8.byteSize(whole);
    if (bytes > Metadata.MAX_BYTES) {
      throw new IllegalArgumentException("Cannot use metadata of " + bytes + " bytes; at most " + Metadata.MAX_BYTES
          + ": keep large things in a blob");
    }
    return whole;
  }

  private static String kind(@Nullable JsonToken token) {
    return switch (token) {
      case null -> "nothing";
      case START_ARRAY -> "a JSON list";
      case VALUE_STRING -> "a JSON text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a JSON number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      default -> "null";
    };
  }

  private void take(JsonToken token) {
    switch (token) {
      case START_OBJECT -> {
        goDeeper();
        to.writeStartObject();
      }
      case START_ARRAY -> {
        goDeeper();
        to.writeStartArray();
      }
      case END_OBJECT -> {
        depth--;
        to.writeEndObject();
      }
      case END_ARRAY -> {
        depth--;
        to.writeEndArray();
      }
      case PROPERTY_NAME -> to.writeName(withForm(from.currentName(), "a name"));
      case VALUE_STRING -> to.writeString(withForm(from.getString(), "a text"));
      case VALUE_NUMBER_INT -> to.writeNumber(from.getString());
      case VALUE_NUMBER_FLOAT -> to.writeNumber(finite());
      default -> to.writeRawValue(from.getString()); // true, false, null
    }
  }

  private void goDeeper() {
    if (++depth > Metadata.MAX_DEPTH) {
      throw new IllegalArgumentException("Cannot use metadata with more than " + Metadata.MAX_DEPTH
          + " objects and lists inside each other; keep deep things in a blob");
    }
  }

  private static String withForm(String part, String what) {
    if (!Utf8.hasForm(part)) {
      throw new IllegalArgumentException("Cannot use metadata with half of a character beyond \\uffff in " + what + ": "
          + ObjectId.quoted(part) + "; cut texts between characters, and keep bytes in a blob");
    }
    return part;
  }

  private String finite() {
    String number = from.getString();
    if (!Double.isFinite(from.getDoubleValue())) {
      throw new IllegalArgumentException("Cannot use metadata with the number " + Utf8.legible(number, MOST_SHOWN)
          + ", which readers have no number for; give it as text");
    }
    return number;
  }

  @Override
  public void close() {
    to.close();
  }
}
