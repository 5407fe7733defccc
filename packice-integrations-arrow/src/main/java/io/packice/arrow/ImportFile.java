package io.packice.arrow;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
   * With some of the columns that its folders say.
   *
   * @param names which, as far as there are such; they keep their order
   * @return a changed copy
   */
  public ImportFile withKeys(List<String> names) {
    Map<String, @Nullable String> some = new LinkedHashMap<>(keys);
    some.keySet().retainAll(names);
    return new ImportFile(path, some);
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
