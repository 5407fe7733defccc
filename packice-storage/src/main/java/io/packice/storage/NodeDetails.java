package io.packice.storage;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a service says only when it is asked for one file.
 *
 * @param version the id of this version; null if the service keeps none
 * @param mediaType as the service has it; null if it has none
 * @param md5 of the bytes, in hexadecimal digits; null if the service does not know it (the ETag of an upload in parts is none)
 * @param sha256 of the bytes, in hexadecimal digits; null if the service does not know it
 * @param metadata the user's own texts by name
 */
public record NodeDetails(@Nullable String version, @Nullable String mediaType, @Nullable String md5,
    @Nullable String sha256,
    Map<String, String> metadata) {
  /** Nothing. */
  public static final NodeDetails NONE = new NodeDetails(null, null, null, null, Map.of());

  /** Copies the map. */
  public NodeDetails {
    metadata = Map.copyOf(metadata);
  }
}
