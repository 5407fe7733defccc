package io.packice.storage;

import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a file is written. Immutable.
 *
 * @param replace whether what is there is replaced; else it is refused by {@link ExistsException}
 * @param metadata the user's own texts by name
 * @param mediaType what the service is told; null to let the name say
 * @param size how many bytes are expected, for services that have to plan; empty if unknown
 */
public record WriteOptions(boolean replace, Map<String, String> metadata, @Nullable String mediaType,
    OptionalLong size) {
  /** Replaces what is there, without metadata. */
  public static final WriteOptions DEFAULT = new WriteOptions(true, Map.of(), null, OptionalLong.empty());

  /** Copies the map. */
  public WriteOptions {
    metadata = Map.copyOf(metadata);
  }

  /**
   * Only where nothing is yet.
   *
   * @return these, but what is there is refused
   */
  public WriteOptions createOnly() {
    return new WriteOptions(false, metadata, mediaType, size);
  }

  /**
   * With the user's own texts.
   *
   * @param texts by name
   * @return these with that metadata
   */
  public WriteOptions withMetadata(Map<String, String> texts) {
    return new WriteOptions(replace, texts, mediaType, size);
  }

  /**
   * With a media type.
   *
   * @param type such as {@code text/csv}
   * @return these with that type
   */
  public WriteOptions withMediaType(@Nullable String type) {
    return new WriteOptions(replace, metadata, type, size);
  }

  /**
   * With the number of bytes that will come.
   *
   * @param bytes at least 0
   * @return these with that size
   */
  public WriteOptions withSize(long bytes) {
    return new WriteOptions(replace, metadata, mediaType, OptionalLong.of(bytes));
  }
}
