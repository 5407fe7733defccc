package io.packice.core;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an object says about itself: a JSON object of at most 64 KiB, kept with the object and given with every lease.
 *
 * <p>The peer does not look inside. Immutable, safe from any thread; equal when the JSON is equal, in whatever order its fields
 * stand.
 */
public final class Metadata {
  /** The most metadata that an object may have, in bytes of UTF-8 JSON without white space. */
  public static final int MAX_BYTES = 64 * 1024;

  /** Bytes that a character of JSON becomes at most when it is written anew: {@code 1e5} becomes {@code 100000.0}. */
  private static final int MOST_GROWTH = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Metadata EMPTY = new Metadata(JSON.createObjectNode());

  private final ObjectNode json;

  private Metadata(ObjectNode json) {
    this.json = json;
  }

  /**
   * No metadata: the JSON object without fields.
   *
   * @return always the same instance
   */
  public static Metadata empty() {
    return EMPTY;
  }

  /**
   * Metadata from a map: strings, numbers, booleans, null, lists and maps of these.
   *
   * @param fields the fields; copied
   * @return the metadata
   * @throws IllegalArgumentException if a value has no JSON form, or the whole is larger than {@value #MAX_BYTES} bytes
   */
  public static Metadata of(Map<String, ? extends @Nullable Object> fields) {
    try {
      return fromNode(JSON.valueToTree(fields));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Cannot use this map as metadata: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Metadata from JSON text.
   *
   * @param json a JSON object
   * @return the metadata
   * @throws IllegalArgumentException if the text is not one JSON object, or is larger than {@value #MAX_BYTES} bytes
   */
  public static Metadata parse(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      if (node instanceof ObjectNode object && json.length() <= MAX_BYTES / MOST_GROWTH) {
        return object.isEmpty() ? EMPTY : new Metadata(object); // far from the limit, however it is written anew
      }
      return fromNode(node);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Cannot read metadata: " + e.getOriginalMessage() + "; give one JSON object",
          e);
    }
  }

  private static Metadata fromNode(JsonNode node) {
    if (!(node instanceof ObjectNode object)) {
      throw new IllegalArgumentException(
          "Cannot use a JSON " + node.getNodeType() + " as metadata; give a JSON object");
    }
    int bytes = object.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "Cannot use metadata of " + bytes + " bytes; at most " + MAX_BYTES + ": keep large things in a blob");
    }
    return object.isEmpty() && EMPTY != null ? EMPTY : new Metadata(object);
  }

  /**
   * The value of one field, if it is text.
   *
   * @param field the field's name
   * @return its text; null if there is no such field or it is not text
   */
  public @Nullable String text(String field) {
    JsonNode value = json.get(field);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  /**
   * All fields as plain Java values.
   *
   * @return a new map that the caller may change
   */
  @SuppressWarnings("unchecked") // Jackson gives a map of strings for a JSON object
  public Map<String, @Nullable Object> toMap() {
    return JSON.convertValue(json, Map.class);
  }

  /**
   * The metadata as JSON text without white space.
   *
   * @return one JSON object
   */
  public String toJson() {
    return json.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Metadata metadata && json.equals(metadata.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** The same as {@link #toJson}. */
  @Override
  public String toString() {
    return toJson();
  }
}
