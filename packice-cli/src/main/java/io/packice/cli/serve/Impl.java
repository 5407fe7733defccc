package io.packice.cli.serve;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the objects of a peer live in. */
public enum Impl {
  /** Sealed shared memory. */
  MEM,
  /** Files. */
  FS,
  /** Files in a folder that several peers share. */
  SHARED_FS,
  /** Shared memory over files. */
  TIERED;

  /**
   * Whether objects take memory of the host.
   *
   * @return whether some of them are in shared memory
   */
  public boolean usesMemory() {
    return this == MEM || this == TIERED;
  }

  boolean usesFiles() {
    return this != MEM;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text as it was given
   * @return what it names
   */
  public static Impl parse(String text) {
    return Arrays.stream(values()).filter(impl -> impl.toString().equals(text)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Cannot serve \"" + text + "\": unknown; choose "
            + Arrays.stream(values()).map(Impl::toString).collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
