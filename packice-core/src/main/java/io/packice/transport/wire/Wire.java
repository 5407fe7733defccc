package io.packice.transport.wire;

import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.Metadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How values look in messages: field names in snake case, durations in seconds, unknown fields ignored. */
public final class Wire {
  /** The version of the protocol. */
  public static final int VERSION = 1;

  /** The longest request that a peer reads, in bytes. */
  public static final int MAX_REQUEST_BYTES = 1 << 20;

  /** The longest response that a client reads, in bytes: a full page of a listing with metadata. */
  public static final int MAX_RESPONSE_BYTES = 1 << 26;

  private static final double MAX_SECONDS = 1e10;

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Wire() {
  }

  /**
   * A message as it travels, with a newline behind it.
   *
   * @param message a {@link Request} or {@link Response}
   * @return UTF-8
   */
  public static byte[] encode(Object message) {
    return (JSON.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a message.
   *
   * @param <T> the kind of message
   * @param message JSON
   * @param type the kind of message
   * @return the message
   * @throws InvalidRequestException if it is no such message
   */
  public static <T> T decode(String message, Class<T> type) {
    try {
      return JSON.readValue(message, type);
    } catch (JacksonException e) {
      throw new InvalidRequestException("Cannot read the message: " + e.getOriginalMessage() + "; see the protocol", e);
    }
  }

  /** Most objects have none, and each acquire says so: not worth a parser. */
  static JsonNode tree(Metadata meta) {
    return isEmpty(meta) ? JSON.createObjectNode() : JSON.readTree(meta.toJson());
  }

  static boolean isEmpty(Metadata meta) {
    return meta.toJson().equals(Metadata.empty().toJson());
  }

  static Metadata metadata(@Nullable JsonNode tree) {
    return tree == null || tree.isNull() || (tree.isObject() && tree.isEmpty())
        ? Metadata.empty()
        : Metadata.parse(tree.toString());
  }

  static String name(Intent intent) {
    return intent.name().toLowerCase(Locale.ROOT);
  }

  static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : requiredSeconds(duration);
  }

  static double requiredSeconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  /** Whole seconds without a fraction, so that a client that expects an integer finds one where there is one. */
  static @Nullable Number wholeSeconds(@Nullable Duration duration) {
    if (duration == null) {
      return null;
    }
    return duration.getNano() == 0 ? (Number) duration.getSeconds() : (Number) requiredSeconds(duration);
  }

  static Duration duration(double seconds) {
    if (!(seconds >= 0 && seconds <= MAX_SECONDS)) {
      throw new InvalidRequestException(
          "Cannot use a time of " + seconds + " seconds; give 0 to " + (long) MAX_SECONDS);
    }
    long whole = (long) seconds;
    return Duration.ofSeconds(whole, Math.round((seconds - whole) * 1e9));
  }
}
