package io.packice.storage;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a service says of a file or folder. Plain data, immutable, safe from any thread.
 *
 * @param path where it is, below the mount; empty for its root
 * @param isFolder whether it is a folder; else it is a file
 * @param size the bytes of a file; 0 of a folder
 * @param modified when it was last changed; null if the service does not say
 * @param tag what differs whenever the bytes differ (an ETag, a version, times and size); null if there is none
 * @param details what only a question for this one node brings; {@link NodeDetails#NONE} in a listing
 */
public record NodeInfo(String path, boolean isFolder, long size, @Nullable Instant modified, @Nullable String tag,
    NodeDetails details) {
  /** Checks. */
  public NodeInfo {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(details, "details");
  }

  /**
   * A folder of which nothing else is known.
   *
   * @param path where it is
   * @return what is known
   */
  public static NodeInfo folder(String path) {
    return new NodeInfo(path, true, 0, null, null, NodeDetails.NONE);
  }

  /**
   * The same of another path, for who adds or takes away a prefix.
   *
   * @param other the path
   * @return what differs in it alone
   */
  public NodeInfo at(String other) {
    return new NodeInfo(other, isFolder, size, modified, tag, details);
  }

  /**
   * User metadata.
   *
   * @return the texts by name; empty if there are none
   */
  public Map<String, String> metadata() {
    return details.metadata();
  }
}
