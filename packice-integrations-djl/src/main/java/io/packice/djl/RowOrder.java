package io.packice.djl;

import java.util.SplittableRandom;

/** In which order one epoch visits the rows. Immutable; safe from any thread. */
interface RowOrder {
  /** How many rows the epoch visits. */
  long rowCount();

  /** The row at a position of the epoch, from 0. */
  long row(long position);

  /** The rows as they are stored. */
  static RowOrder sequential(long rowCount) {
    return new Sequential(rowCount);
  }

  /** All rows in an order that follows from seed and epoch. */
  static RowOrder shuffled(long rowCount, long seed, long epoch) {
    return Shuffled.of(rowCount, seed, epoch);
  }

  /** The rows as they are stored. */
  record Sequential(long rowCount) implements RowOrder {
    @Override
    public long row(long position) {
      return position;
    }
  }

  /** A permutation, held whole: 4 bytes for each row. */
  final class Shuffled implements RowOrder {
    private final int[] rows;

    private Shuffled(int[] rows) {
      this.rows = rows;
    }

    static Shuffled of(long rowCount, long seed, long epoch) {
      if (rowCount > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException("Cannot shuffle " + rowCount + " rows: a permutation holds at most "
            + (Integer.MAX_VALUE - 8) + "; read them in sequence");
      }
      // The inner generator spreads neighbouring seeds and epochs; the seed once more, or (1, 2) would be (2, 1).
      SplittableRandom random = new SplittableRandom(new SplittableRandom(seed + epoch).nextLong() ^ seed);
      int[] rows = new int[(int) rowCount];
      for (int i = 0; i < rows.length; i++) { // Fisher and Yates, inside out
        int j = random.nextInt(i + 1);
        rows[i] = rows[j];
        rows[j] = i;
      }
      return new Shuffled(rows);
    }

    @Override
    public long rowCount() {
      return rows.length;
    }

    @Override
    public long row(long position) {
      return rows[Math.toIntExact(position)];
    }
  }
}
