package io.packice.core;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an object says about itself: a JSON object of at most 64 KiB, kept with the object and given with every lease.
 *
 * <p>Each text in it has a form in UTF-8 (no lone surrogates), each number is one that a {@code double} has room for, no object has two fields of one name, and
 * at most {@value #MAX_DEPTH} objects and lists are inside each other: so every message, manifest and listing can carry it. Anything else is refused where it comes
 * in.
 *
 * <p>The peer does not look inside. Immutable, safe from any thread; equal when the JSON is equal, in whatever order its fields
 * stand.
 */
public final class Metadata {
  /** The most metadata that an object may have, in bytes of UTF-8 JSON without white space. */
  public static final int MAX_BYTES = 64 * 1024;

  /**
   * How many objects and lists may be inside each other, the outermost counted: with those of a message around it, as many as parsers of all languages
   * take.
   */
  public static final int MAX_DEPTH = 60;

  private static final Metadata EMPTY = new Metadata("{}");

  /** As {@link #toJson} gives it. */
  private final String text;
  /** What the text says; made of it when somebody looks inside, which a peer never does, and many times as large. */
  private volatile SoftReference<@Nullable ObjectNode> json = new SoftReference<>(null);

  private Metadata(String text) {
    this.text = text;
  }

  /** Apart, so that who never looks inside does not wait for data binding to load. */
  private static final class Json {
    static final JsonMapper MAPPER =
        JsonMapper.builder(OwnJson.FACTORY.rebuild().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build()).build();
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
   * @throws IllegalArgumentException if a value has no JSON form or none that all readers can read, or the whole is larger than {@value #MAX_BYTES} bytes
   */
  public static Metadata of(Map<String, ? extends @Nullable Object> fields) {
    try {
      return ofChecked(MetadataText.ofJava(Json.MAPPER.writeValueAsString(Objects.requireNonNull(fields, "fields"))));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Cannot use this map as metadata: " + JsonTrouble.of(e), e);
    }
  }

  /**
   * Metadata from JSON text.
   *
   * @param json a JSON object
   * @return the metadata
   * @throws IllegalArgumentException if the text is not one JSON object, has what not all readers can read, or is larger than {@value #MAX_BYTES} bytes
   */
  public static Metadata parse(String json) {
    try {
      return ofChecked(MetadataText.of(Objects.requireNonNull(json, "json")));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Cannot read metadata: " + JsonTrouble.of(e) + "; give one JSON object",
          e);
    }
  }

  private static Metadata ofChecked(String text) {
    return text.equals(EMPTY.text) ? EMPTY : new Metadata(text);
  }

  /**
   * Metadata from what {@link #toJson} gave, in this process or another, without looking at it: for who keeps it under a checksum and reads
   * very many, such as the manifests of a store.
   *
   * @param json what {@link #toJson} gave
   * @return the metadata; {@link #text}, {@link #toMap} and comparisons throw {@link IllegalStateException} if it was something else
   */
  public static Metadata ofOwnJson(String json) {
    return json.equals(EMPTY.text) ? EMPTY : new Metadata(json);
  }

  private ObjectNode json() {
    ObjectNode known = json.get();
    if (known == null) {
      try {
        known = (ObjectNode) Json.MAPPER.readTree(text);
      } catch (JacksonException | ClassCastException e) {
        throw new IllegalStateException("Cannot read metadata that was said to be a JSON object: " + text, e);
      }
      json = new SoftReference<>(known);
    }
    return known;
  }

  /**
   * The value of one field, if it is text.
   *
   * @param field the field's name
   * @return its text; null if there is no such field or it is not text
   */
  public @Nullable String text(String field) {
    JsonNode value = json().get(Objects.requireNonNull(field, "field"));
    return value != null && value.isString() ? value.stringValue() : null;
  }

  /**
   * All fields as plain Java values.
   *
   * @return a new map that the caller may change
   */
  @SuppressWarnings("unchecked") // Jackson gives a map of strings for a JSON object
  public Map<String, @Nullable Object> toMap() {
    return Json.MAPPER.convertValue(json(), Map.class);
  }

  /**
   * The metadata as JSON text without white space.
   *
   * @return one JSON object
   */
  public String toJson() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Metadata metadata && (text.equals(metadata.text) || json().equals(metadata.json()));
  }

  @Override
  public int hashCode() {
    return json().hashCode();
  }

  /** The same as {@link #toJson}. */
  @Override
  public String toString() {
    return toJson();
  }
}
