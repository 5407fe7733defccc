package io.packice.arrow;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file to be imported. Plain data.
 *
 * @param path where it is
 * @param keys columns that its folders say, as {@code year=2026/month=01} does, and their values, null for null; in this order they come
 *     behind the file's own
 */
public record ImportFile(Path path, Map<String, @Nullable String> keys) {
  /** Copies the keys. */
  public ImportFile {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
  }

  /**
   * A file whose folders say nothing.
   *
   * @param path where it is
   * @return the file
   */
  public static ImportFile of(Path path) {
    return new ImportFile(path, Map.of());
  }
}
