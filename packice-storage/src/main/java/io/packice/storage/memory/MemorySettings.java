package io.packice.storage.memory;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a mount of the type {@code memory}.
 *
 * @param capacity the most bytes that its files, with their versions, may have together; all of the heap if null
 * @param versions whether earlier versions of files are kept; not if null
 */
public record MemorySettings(@Nullable Long capacity, @Nullable Boolean versions) {
  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the capacity is negative
   */
  public MemorySettings {
    if (capacity != null && capacity < 0) {
      throw new IllegalArgumentException("'capacity' is negative");
    }
  }
}
