package io.packice.djl;

import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;

/** The rows of a table that a dataset has, in the order of the table. Immutable; safe from any thread. */
sealed interface RowSet {
  /** How many. */
  long count();

  /**
   * One of them, as a row of the table.
   *
   * @throws IndexOutOfBoundsException if there are not so many: another row of the table would be somebody else's
   */
  default long row(long index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException("Cannot read row " + index + " of " + count()
          + (count() == 1 ? " row" : " rows") + "; count from 0 to one less than there are");
    }
    return at(index);
  }

  /** {@link #row} of a place that was looked at. */
  long at(long index);

  /** Some of them, by their places here. */
  RowSet range(long from, long to);

  /** A few letters that differ where the rows do. */
  String describe();

  /**
   * How many, for what keeps something for each row.
   *
   * @throws IllegalArgumentException if an array does not hold so many
   */
  default int intCount() {
    if (count() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("Cannot keep a list of " + count() + " rows: at most "
          + (Integer.MAX_VALUE - 8)
          + "; take fewer rows, or an order that needs no list: sequential, shuffled, blocks");
    }
    return (int) count();
  }

  /** Those whose rows of the table fulfil a condition. */
  default RowSet filter(LongPredicate condition) {
    int[] found = new int[Math.min(intCount(), 1 << 10)];
    int count = 0;
    for (int i = 0; i < intCount(); i++) {
      if (condition.test(row(i))) {
        if (count == found.length) {
          found = Arrays.copyOf(found, Math.min(found.length * 2, intCount()));
        }
        found[count++] = Math.toIntExact(row(i));
      }
    }
    return new Listed(Arrays.copyOf(found, count));
  }

  /** Rows that follow each other. */
  record Range(long first, long count) implements RowSet {
    @Override
    public long at(long index) {
      return first + index;
    }

    @Override
    public RowSet range(long from, long to) {
      return new Range(first + from, to - from);
    }

    @Override
    public String describe() {
      return first + "+" + count;
    }
  }

  /** Rows one by one. */
  @SuppressWarnings("ArrayRecordComponent") // never handed out
  record Listed(int[] rows) implements RowSet {
    @Override
    public long count() {
      return rows.length;
    }

    @Override
    public long at(long index) {
      return rows[(int) index];
    }

    @Override
    public RowSet range(long from, long to) {
      return new Listed(Arrays.copyOfRange(rows, (int) from, (int) to));
    }

    @Override
    public String describe() {
      CRC32C checksum = new CRC32C();
      for (int row : rows) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
          checksum.update(row >>> shift);
        }
      }
      return rows.length + " of " + Long.toHexString(checksum.getValue());
    }
  }
}
