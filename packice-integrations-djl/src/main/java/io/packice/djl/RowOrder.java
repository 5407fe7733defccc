package io.packice.djl;

/** In which order one epoch visits the rows of a dataset. Immutable; safe from any thread. */
interface RowOrder {
  /** How many rows the epoch visits. */
  long rowCount();

  /** Which row stands at a place of the epoch, from 0. */
  long row(long place);

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

  /** Runs of rows, the runs shuffled, the rows of each as they are; the last run may be shorter, wherever it comes. */
  record Blocks(long rowCount, int blockRows, Permutation permutation, long placeOfLast) implements RowOrder {
    static RowOrder of(long rowCount, int blockRows, long seed, long epoch) {
      long blocks = (rowCount + blockRows - 1) / blockRows;
      Permutation permutation = Permutation.of(blocks, seed, epoch);
      long place = 0;
      while (place < blocks && permutation.at(place) != blocks - 1) {
        place++;
      }
      return new Blocks(rowCount, blockRows, permutation, place);
    }

    @Override
    public long row(long place) {
      long blocks = (rowCount + blockRows - 1) / blockRows;
      long missing = blocks * blockRows - rowCount; // from the last run
      long shifted = place >= (placeOfLast + 1) * blockRows - missing ? place + missing : place;
      return permutation.at(shifted / blockRows) * blockRows + shifted % blockRows;
    }
  }

  /** What one of several workers gets: every so-manieth row of an order, so that they share out each epoch. */
  record Dealt(RowOrder all, int index, int count) implements RowOrder {
    @Override
    public long rowCount() {
      return (all.rowCount() - index + count - 1) / count;
    }

    @Override
    public long row(long place) {
      return all.row(place * count + index);
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
  }
}
