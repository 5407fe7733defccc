package io.packice.backends.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a log says, while and after it is read. For one thread at a time. */
final class LogContents {
  private static final int SOME = 1024;

  /** A place in a log that cannot be read, and what stood there, as far as it tells: which objects were sealed, and which are gone. */
  record Loss(long offset, long bytes, List<String> ids, List<String> gone) {
    String what() {
      return bytes + " bytes at offset " + offset + " of the log cannot be read"
          + (ids.isEmpty() ? "" : "; they had the seals of " + String.join(", ", ids))
          + (gone.isEmpty() ? "" : "; they said that these are gone, which may be back: " + String.join(", ", gone));
    }
  }

  /** In the order of their seals; null for what is gone. */
  private final List<@Nullable SealRecord> records = new ArrayList<>();
  /** The number of each. */
  private long[] seals = new long[SOME];
  private int gone;
  private long deadBytes;
  private int[] sizes = new int[SOME];
  private long highestSeal;

  final List<Loss> losses = new ArrayList<>();
  /** Higher than any that was ever given. */
  long nextSeal = 1;
  /** The same of extents. */
  long nextExtent;
  /** Where the last record ends that is whole. */
  long end;

  /** Takes a seal in; false if its number says that it is none of ours. */
  boolean sealed(SealRecord record, int bytes) {
    if (record.seal() <= highestSeal || record.extent() < 0) {
      return false;
    }
    int count = records.size();
    if (count == seals.length) {
      seals = Arrays.copyOf(seals, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
    }
    seals[count] = record.seal();
    sizes[count] = bytes;
    records.add(record);
    highestSeal = record.seal();
    nextSeal = Math.max(nextSeal, record.seal() + 1);
    nextExtent = Math.max(nextExtent, record.extent() + 1);
    return true;
  }

  /** Leaves out what is gone; what a damaged record had is not there anyway. */
  void gone(long seal) {
    int at = Arrays.binarySearch(seals, 0, records.size(), seal);
    nextSeal = Math.max(nextSeal, seal + 1);
    if (at >= 0 && records.set(at, null) != null) {
      gone++;
      deadBytes += sizes[at];
    }
  }

  /** A record that says nothing of what is there. */
  void dead(int bytes) {
    deadBytes += bytes;
  }

  /** How many bytes of the log could be left out. */
  long deadBytes() {
    return deadBytes;
  }

  /** Whether there is no record that can be read. */
  boolean isEmpty() {
    return records.isEmpty() && deadBytes == 0;
  }

  /** What is sealed, in the order of the seals; of an id that was replaced both, if nothing says that the older is gone. */
  List<SealRecord> live() {
    List<SealRecord> live = new ArrayList<>(records.size() - gone);
    for (SealRecord record : records) {
      if (record != null) {
        live.add(record);
      }
    }
    return live;
  }

  /** What was sealed by a seal; null if nothing, or if it is gone. */
  @Nullable
  String id(long seal) {
    int at = Arrays.binarySearch(seals, 0, records.size(), seal);
    SealRecord record = at < 0 ? null : records.get(at);
    return record == null ? null : record.object().id().value();
  }

  /** Whether a seal still counts. */
  boolean has(long seal) {
    return id(seal) != null;
  }
}
