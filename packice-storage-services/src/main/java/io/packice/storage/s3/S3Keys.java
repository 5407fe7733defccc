package io.packice.storage.s3;

import io.packice.storage.DeniedException;
import io.packice.storage.OpenContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** From paths to keys, and back. */
final class S3Keys {
  private static final int MOST = 1_024;

  private final String prefix;
  private final OpenContext context;

  S3Keys(@Nullable String prefix, OpenContext context) {
    this.prefix = prefix == null ? "" : prefix + "/";
    this.context = context;
  }

  String key(String path) {
    String key = prefix + path;
    if (key.getBytes(StandardCharsets.UTF_8).length > MOST) {
      throw new DeniedException("Cannot name a node of " + context.mount() + ": its key has more than " + MOST
          + " bytes; choose a shorter one");
    }
    return key;
  }

  /** What the keys below a folder begin with. */
  String folder(String path) {
    return path.isEmpty() ? prefix : key(path + "/");
  }

  String path(String key) {
    return key.substring(prefix.length());
  }

  /** Whether a node can have this key's name. */
  boolean isPath(String key) {
    return !("/" + path(key) + "/").matches("(?s).*/\\.{0,2}/.*") && key.indexOf('\0') < 0;
  }
}
