package io.packice.djl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongFunction;

/**
 * Rows shuffled so that every stretch of an epoch has the values of one column in the same proportions as the whole. 8 bytes for each row are
 * kept.
 */
@SuppressWarnings("ArrayRecordComponent") // never handed out
record StratifiedRows(int[] members, int[] starts, int[] schedule) implements RowOrder.Plan {
  /** A stratum on its way through the schedule. */
  private static final class Cursor {
    private final int number;
    private final int start;
    private final int size;
    private int taken;

    Cursor(int number, int start, int size) {
      this.number = number;
      this.start = start;
      this.size = size;
    }

    /** Where in the epoch, from 0 to 1, its next row should stand. */
    double next() {
      return (taken + 0.5) / size;
    }
  }

  /** Reads the values once. */
  static StratifiedRows of(RowSet rows, LongFunction<String> value) {
    Map<String, List<Integer>> strata = new LinkedHashMap<>();
    for (int i = 0; i < rows.intCount(); i++) {
      strata.computeIfAbsent(value.apply(rows.row(i)), _ -> new ArrayList<>()).add(i);
    }
    int[] members = strata.values().stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
    int[] starts = new int[strata.size()];
    PriorityQueue<Cursor> cursors =
        new PriorityQueue<>(Comparator.comparingDouble(Cursor::next).thenComparingInt(cursor -> cursor.number));
    int number = 0;
    int start = 0;
    for (List<Integer> stratum : strata.values()) {
      starts[number] = start;
      cursors.add(new Cursor(number, start, stratum.size()));
      start += stratum.size();
      number++;
    }
    return new StratifiedRows(members, starts, schedule(cursors, members.length));
  }

  private static int[] schedule(PriorityQueue<Cursor> cursors, int count) {
    int[] schedule = new int[count];
    for (int place = 0; place < count; place++) {
      Cursor cursor = cursors.remove();
      schedule[place] = cursor.start + cursor.taken++;
      if (cursor.taken < cursor.size) {
        cursors.add(cursor);
      }
    }
    return schedule;
  }

  @Override
  public RowOrder epoch(long seed, long epoch) {
    Permutation[] permutations = new Permutation[starts.length];
    for (int i = 0; i < starts.length; i++) {
      int end = i + 1 < starts.length ? starts[i + 1] : members.length;
      permutations[i] = Permutation.of(end - starts[i], Permutation.random(seed, epoch).nextLong(), i);
    }
    return new RowOrder() {
      @Override
      public long rowCount() {
        return members.length;
      }

      @Override
      public long row(long place) {
        int slot = schedule[(int) place];
        int found = Arrays.binarySearch(starts, slot);
        int stratum = found < 0 ? -found - 2 : found;
        return members[starts[stratum] + (int) permutations[stratum].at(slot - starts[stratum])];
      }
    };
  }
}
