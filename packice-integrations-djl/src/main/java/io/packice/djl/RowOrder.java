package io.packice.djl;

/** In which order one epoch visits the rows of a dataset. Immutable; safe from any thread. */
interface RowOrder {
  /** How many rows the epoch visits. */
  long rowCount();

  /** Which row stands at a place of the epoch, from 0. */
  long row(long place);

  /** The rows at places that follow each other, the first of them {@code first}: as many as the array has. */
  default void fill(long[] rows, long first) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(first + i);
    }
  }

  /** The orders of all epochs. */
  interface Plan {
    RowOrder epoch(long seed, long epoch);
  }

  /** The rows as they are. */
  record Sequential(long rowCount) implements RowOrder {
    @Override
    public long row(long place) {
      return place;
    }
  }

  /** All rows, each once, anywhere. */
  record Shuffled(long rowCount, Permutation permutation) implements RowOrder {
    static RowOrder of(long rowCount, long seed, long epoch) {
      return new Shuffled(rowCount, Permutation.of(rowCount, seed, epoch));
    }

    @Override
    public long row(long place) {
      return permutation.at(place);
    }
  }

  /**
   * Runs of rows, the runs shuffled, the rows of each as they are. If the rows do not make whole runs, the shorter one comes last, so that batches of
   * whole runs lie together; which rows it has differs from epoch to epoch.
   */
  record Blocks(long rowCount, int blockRows, Permutation permutation, long shortBlock) implements RowOrder {
    static RowOrder of(long rowCount, int blockRows, long seed, long epoch) {
      long whole = rowCount / blockRows;
      return new Blocks(rowCount, blockRows, Permutation.of(whole, seed, epoch),
          Permutation.random(seed, epoch).nextLong(whole + 1));
    }

    @Override
    public long row(long place) {
      return start(place / blockRows) + place % blockRows;
    }

    /** The first row of the run at a place. */
    private long start(long block) {
      if (block == rowCount / blockRows) {
        return shortBlock * blockRows;
      }
      long at = permutation.at(block);
      return at * blockRows + (at < shortBlock ? 0 : rowCount % blockRows);
    }

    /** Asks for the place of each run once: for few runs a permutation takes as long as many rows do. */
    @Override
    public void fill(long[] rows, long first) {
      long start = 0;
      for (int i = 0; i < rows.length; i++) {
        long within = (first + i) % blockRows;
        if (i == 0 || within == 0) {
          start = start((first + i) / blockRows);
        }
        rows[i] = start + within;
      }
    }
  }

  /** What one of several workers gets: a stretch of an order, so that rows that lie together stay together; all share out each epoch. */
  record Dealt(RowOrder all, long start, long rowCount) implements RowOrder {
    @Override
    public long row(long place) {
      return all.row(start + place);
    }

    @Override
    public void fill(long[] rows, long first) {
      all.fill(rows, start + first);
    }
  }

  /** An order of the rows of a selection, as rows of the table. */
  record Selected(RowOrder order, RowSet rows) implements RowOrder {
    @Override
    public long rowCount() {
      return order.rowCount();
    }

    @Override
    public long row(long place) {
      return rows.row(order.row(place));
    }

    @Override
    public void fill(long[] places, long first) {
      order.fill(places, first);
      for (int i = 0; i < places.length; i++) {
        places[i] = rows.row(places[i]);
      }
    }
  }
}
