package io.packice.storage.memory;

import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeVersion;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version of a file, or a folder. Immutable.
 *
 * @param content its bytes; null of a folder
 * @param modified when it came
 * @param tag which version it is
 * @param hash SHA-256
 * @param mediaType as was told
 * @param metadata the user's
 */
record MemoryFile(@Nullable Content content, Instant modified, String tag, @Nullable String hash,
    @Nullable String mediaType,
    Map<String, String> metadata) {
  static MemoryFile folder(Instant now) {
    return new MemoryFile(null, now, "", null, null, Map.of());
  }

  boolean isFolder() {
    return content == null;
  }

  long size() {
    return content == null ? 0 : content.size();
  }

  MemoryFile withMetadata(Map<String, String> texts, String newTag) {
    return new MemoryFile(content, modified, newTag, hash, mediaType, texts);
  }

  NodeInfo info(String path, boolean detailed, boolean versioned) {
    NodeDetails details =
        detailed ? new NodeDetails(versioned ? tag : null, mediaType, null, hash, metadata) : NodeDetails.NONE;
    return new NodeInfo(path, isFolder(), size(), modified, isFolder() ? null : tag, details);
  }

  NodeVersion version() {
    return new NodeVersion(tag, modified, size(), hash);
  }
}
