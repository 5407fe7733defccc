package io.packice.arrow;

import io.packice.core.AcquireRequest.IfExists;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a table is written. Start with {@link #defaults} and refine by the {@code with…} methods, each of which returns a changed copy.
 *
 * @param ifExists what to do about a table of the same name: refuse, or publish the next version of it
 * @param partBytes the least size of a part: smaller record batches are gathered until they fill so much, a batch that is at least so
 *     large makes a part of its own
 * @param history how many earlier versions stay readable, from 0 to {@value #MAX_HISTORY}; null for as many as the version before says, and
 *     0 for a new table
 */
public record TableOptions(IfExists ifExists, long partBytes, @Nullable Integer history) {
  /** The default of {@link #partBytes}: 32 MiB. */
  public static final long DEFAULT_PART_BYTES = 32L << 20;

  /** The most earlier versions that a table may keep. */
  public static final int MAX_HISTORY = 10_000;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if {@code partBytes} is not positive, or {@code history} out of range
   */
  public TableOptions {
    Objects.requireNonNull(ifExists, "ifExists");
    if (partBytes <= 0) {
      throw new IllegalArgumentException("Cannot make parts of " + partBytes + " bytes; give more than 0");
    }
    if (history != null && (history < 0 || history > MAX_HISTORY)) {
      throw new IllegalArgumentException(
          "Cannot keep " + history + " earlier versions; give 0 to " + MAX_HISTORY);
    }
  }

  /**
   * Refuses an existing table, parts of at least {@link #DEFAULT_PART_BYTES}.
   *
   * @return the options
   */
  public static TableOptions defaults() {
    return new TableOptions(IfExists.FAIL, DEFAULT_PART_BYTES, null);
  }

  /**
   * With another answer to a table of the same name.
   *
   * @param newIfExists what to do about it
   * @return a changed copy
   */
  public TableOptions withIfExists(IfExists newIfExists) {
    return new TableOptions(newIfExists, partBytes, history);
  }

  /**
   * With another least size of a part.
   *
   * @param newPartBytes bytes, more than 0
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public TableOptions withPartBytes(long newPartBytes) {
    return new TableOptions(ifExists, newPartBytes, history);
  }

  /**
   * With earlier versions. They hold memory: what a later version replaced is freed only when no version that stays names it.
   *
   * @param versions how many stay readable, by {@link ArrowTables#open(String, long)}
   * @return a changed copy
   * @throws IllegalArgumentException if it is out of range
   */
  public TableOptions withHistory(int versions) {
    return new TableOptions(ifExists, partBytes, versions);
  }
}
