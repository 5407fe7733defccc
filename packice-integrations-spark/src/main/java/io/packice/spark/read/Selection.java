package io.packice.spark.read;

import io.packice.arrow.manifest.TablePart;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Which rows of a table are read, in its order. Immutable.
 *
 * @param picks rows of parts
 */
record Selection(List<Pick> picks) {
  private static final int SAMPLE_BLOCK_ROWS = 1 << 13;

  /** Rows of one part. */
  record Pick(TablePart part, Slice slice) {
    boolean isWhole() {
      return slice.rowCount() == part.rowCount();
    }
  }

  Selection {
    picks = List.copyOf(picks);
  }

  static Selection all(List<TablePart> parts) {
    List<Pick> picks = new ArrayList<>();
    long row = 0;
    for (TablePart part : parts) {
      if (part.rowCount() > 0) {
        picks.add(new Pick(part, Slice.whole(part, row)));
      }
      row += part.rowCount();
    }
    return new Selection(picks);
  }

  List<Slice> slices() {
    return picks.stream().map(Pick::slice).toList();
  }

  long rowCount() {
    return picks.stream().mapToLong(pick -> pick.slice().rowCount()).sum();
  }

  /** Of the parts that are left. */
  int partCount() {
    return (int) picks.stream().map(pick -> pick.part().id()).distinct().count();
  }

  boolean isOfWholeParts() {
    return picks.stream().allMatch(Pick::isWhole);
  }

  Selection where(Predicate<TablePart> wanted) {
    return new Selection(picks.stream().filter(pick -> wanted.test(pick.part())).toList());
  }

  /** The rows from one number to another, counted among those that are selected. */
  Selection rows(long from, long to) {
    List<Pick> some = new ArrayList<>();
    long row = 0;
    for (Pick pick : picks) {
      Slice slice = pick.slice();
      long first = Math.clamp(from - row, 0, slice.rowCount());
      long end = Math.clamp(to - row, 0, slice.rowCount());
      if (first < end) {
        some.add(new Pick(pick.part(), slice.rows(slice.from() + first, slice.from() + end)));
      }
      row += slice.rowCount();
    }
    return new Selection(some);
  }

  /** Blocks of rows, each taken or not by chance; the same ones for the same seed. */
  Selection blocks(double lower, double upper, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Pick> some = new ArrayList<>();
    for (Pick pick : picks) {
      Slice slice = pick.slice();
      for (long at = slice.from(); at < slice.to(); at += SAMPLE_BLOCK_ROWS) {
        double chance = random.nextDouble();
        if (lower <= chance && chance < upper) {
          some.add(new Pick(pick.part(), slice.rows(at, Math.min(slice.to(), at + SAMPLE_BLOCK_ROWS))));
        }
      }
    }
    return new Selection(some);
  }
}
