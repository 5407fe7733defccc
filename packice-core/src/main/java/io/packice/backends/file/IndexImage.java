package io.packice.backends.file;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an index, and where in them which entry is. Entries are read when they are asked for, so that many threads can read them. Safe
 * from any thread; nobody changes the bytes.
 */
final class IndexImage {
  static final IndexImage EMPTY = new IndexImage(new byte[0]);
  /** What an entry takes, more or less. */
  private static final int COMMON_BYTES = 256;

  private final byte[] bytes;
  private final Map<String, Integer> positions;
  private int[] starts;
  private int count;
  private int end;

  /** Looks for entries up to the first that is not whole. */
  IndexImage(byte[] bytes) {
    this.bytes = bytes;
    starts = new int[bytes.length / COMMON_BYTES + 1];
    positions = HashMap.newHashMap(starts.length);
    for (int size = IndexEntry.byteSize(bytes, 0); size > 0; size = IndexEntry.byteSize(bytes, end)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      positions.put(IndexEntry.file(bytes, end), count);
      starts[count++] = end;
      end += size;
    }
  }

  /** How many entries there are, also such as later ones have replaced. */
  int count() {
    return count;
  }

  /** Where the last entry ends, in bytes: what a power cut or a full disk has left half written is behind it. */
  int end() {
    return end;
  }

  /** Which entry is that of a name, counted from 0 in the order in which they were added; -1 if none is. */
  int find(String file) {
    return positions.getOrDefault(file, -1);
  }

  /** The entry at a position that {@link #find} gave for this name; null if it is not ours. */
  @Nullable
  IndexEntry entry(int position, FileName name) {
    return IndexEntry.read(bytes, starts[position], name);
  }

  /** An image of the entries of these names alone. */
  IndexImage retain(Set<FileName> live) {
    Set<String> files = live.stream().map(FileName::toString).collect(Collectors.toSet());
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    positions.entrySet().stream().filter(entry -> files.contains(entry.getKey())).mapToInt(Map.Entry::getValue).sorted()
        .forEach(position -> kept.write(bytes, starts[position],
            (position + 1 < count ? starts[position + 1] : end) - starts[position]));
    return new IndexImage(kept.toByteArray());
  }

  byte[] bytes() {
    return bytes;
  }
}
