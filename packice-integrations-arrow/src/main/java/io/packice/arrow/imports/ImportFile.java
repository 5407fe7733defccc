package io.packice.arrow.imports;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file, or another source, to be imported, and the columns that are not in it.
 *
 * @param source its bytes
 * @param keys columns that its folders say, as {@code year=2026/month=01} does, and their values, null for null; in this order they come
 *     behind the file's own
 */
public record ImportFile(ImportSource source, Map<String, @Nullable String> keys) {
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
    return new ImportFile(source, some);
  }

  /**
   * A source without further columns.
   *
   * @param source its bytes
   * @return the file
   */
  public static ImportFile of(ImportSource source) {
    return new ImportFile(source, Map.of());
  }

  /**
   * A file whose folders say nothing.
   *
   * @param path where it is
   * @return the file
   */
  public static ImportFile of(Path path) {
    return of(ImportSource.of(path));
  }
}
