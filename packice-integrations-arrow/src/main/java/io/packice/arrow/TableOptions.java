package io.packice.arrow;

import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.schema.FixedWidth;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a table is written. Start with {@link #defaults} and refine by the {@code with…} methods, each of which returns a changed copy.
 *
 * @param ifExists what to do about a table of the same name: refuse, or publish the next version of it
 * @param partBytes the least size of a part: smaller record batches are gathered until they fill so much, a batch that is at least so
 *     large makes a part of its own
 * @param history how many earlier versions stay readable, from 0 to {@value #MAX_HISTORY}; null for as many as the version before says, and
 *     0 for a new table
 * @param expectedBytes the least that the rows to be written will take together; 0 if not known. What cannot fit is refused by it before
 *     anything is evicted for a part of it
 * @param room what room for the new parts may be made of
 */
public record TableOptions(IfExists ifExists, long partBytes, @Nullable Integer history, long expectedBytes,
    Room room) {
  /** The default of {@link #partBytes}: 32 MiB. */
  public static final long DEFAULT_PART_BYTES = 32L << 20;

  /** The most earlier versions that a table may keep. */
  public static final int MAX_HISTORY = Manifest.MAX_HISTORY;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if {@code partBytes} is not positive, {@code history} out of range, or less than 0 bytes are expected
   */
  public TableOptions {
    Objects.requireNonNull(ifExists, "ifExists");
    Objects.requireNonNull(room, "room");
    if (expectedBytes < 0) {
      throw new IllegalArgumentException("Cannot expect " + expectedBytes + " bytes; give 0 if it is not known");
    }
    if (partBytes <= 0) {
      throw new IllegalArgumentException("Cannot make parts of " + partBytes + " bytes; give more than 0");
    }
    if (history != null) {
      Manifest.requireHistory(history);
    }
  }

  /**
   * Refuses an existing table, parts of at least {@link #DEFAULT_PART_BYTES}.
   *
   * @return the options
   */
  public static TableOptions defaults() {
    return new TableOptions(IfExists.FAIL, DEFAULT_PART_BYTES, null, 0, Room.USUAL);
  }

  /**
   * With another answer to a table of the same name.
   *
   * @param newIfExists what to do about it
   * @return a changed copy
   */
  public TableOptions withIfExists(IfExists newIfExists) {
    return new TableOptions(newIfExists, partBytes, history, expectedBytes, room);
  }

  /**
   * With another least size of a part.
   *
   * @param newPartBytes bytes, more than 0
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public TableOptions withPartBytes(long newPartBytes) {
    return new TableOptions(ifExists, newPartBytes, history, expectedBytes, room);
  }

  /**
   * With earlier versions. They hold memory: what a later version replaced is freed only when no version that stays names it.
   *
   * @param versions how many stay readable, by {@link ArrowTables#open(String, long)}
   * @return a changed copy
   * @throws IllegalArgumentException if it is out of range
   */
  public TableOptions withHistory(int versions) {
    return new TableOptions(ifExists, partBytes, versions, expectedBytes, room);
  }

  /**
   * With the least that the rows will take. If the peer cannot make room for so much, the first part is refused, and nothing is evicted.
   *
   * @param newExpectedBytes bytes, 0 if it is not known; more than there will be may refuse what would fit
   * @return a changed copy
   * @throws IllegalArgumentException if it is negative
   */
  public TableOptions withExpectedBytes(long newExpectedBytes) {
    return new TableOptions(ifExists, partBytes, history, newExpectedBytes, room);
  }

  /**
   * With the least that so many rows will take: the widths of their values, and of texts and lists the offsets.
   *
   * @param schema the columns, as vectors have them
   * @param rows how many there will be at least
   * @return a changed copy
   */
  public TableOptions withExpectedRows(Schema schema, long rows) {
    return withExpectedBytes(FixedWidth.leastBytes(schema.getFields(), rows));
  }

  /**
   * With another source of room for the parts.
   *
   * @param newRoom what it may be made of
   * @return a changed copy
   */
  public TableOptions withRoom(Room newRoom) {
    return new TableOptions(ifExists, partBytes, history, expectedBytes, newRoom);
  }
}
