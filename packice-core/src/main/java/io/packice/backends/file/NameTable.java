package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@linkplain FileName Names of files} and their numbers, which count from 0 in the order in which names are added. A hash table that makes no
 * object for a name, as a start adds and finds hundreds of thousands. Safe from any thread while no name is added.
 */
final class NameTable {
  /** How many names there may be: as many as one array has room for. */
  static final int MOST = (Integer.MAX_VALUE - 8) / FileName.DIGITS;

  private static final int LEAST_SLOTS = 16;
  private static final int HASH_FROM = 2; // the digits before it are those of the folder, the same for all names in it
  private static final int HASH_DIGITS = 8;
  private static final int VERSION_FROM = FileName.DIGITS - HASH_DIGITS;

  /** One behind the other. */
  private byte[] names;
  private int count;
  /** Numbers plus 1; 0 is a free slot, of which there are as many as taken ones at least. */
  private int[] slots;

  /**
   * Makes an empty table.
   *
   * @param expected how many names there may be
   */
  NameTable(int expected) {
    names = new byte[Math.clamp(expected, 1, MOST) * FileName.DIGITS];
    slots = new int[Math.max(LEAST_SLOTS, Integer.highestOneBit(Math.min(expected, MOST)) << 2)];
  }

  int count() {
    return count;
  }

  /** The number of the name that begins there; the next one if it is new, of which the caller sees that there are not too many. */
  int add(byte[] bytes, int start) {
    int slot = slot(bytes, start);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    if (2 * (count + 1) > slots.length) {
      grow();
      slot = slot(bytes, start);
    }
    int at = count * FileName.DIGITS;
    if (at == names.length) {
      names = Arrays.copyOf(names, Math.min(2 * count, MOST) * FileName.DIGITS);
    }
    System.arraycopy(bytes, start, names, at, FileName.DIGITS);
    slots[slot] = ++count;
    return count - 1;
  }

  private void grow() {
    slots = new int[2 * slots.length];
    for (int number = 0; number < count; number++) {
      slots[slot(names, number * FileName.DIGITS)] = number + 1;
    }
  }

  /** The number of the name that begins there; -1 if it is not in the table. */
  int find(byte[] bytes, int start) {
    return slots[slot(bytes, start)] - 1;
  }

  /** The name with a number; null if it is none of ours. */
  @Nullable
  FileName name(int number) {
    return FileName.parse(names, number * FileName.DIGITS);
  }

  /** Its text, whatever it is. */
  String text(int number) {
    return new String(names, number * FileName.DIGITS, FileName.DIGITS, ISO_8859_1);
  }

  void clear() {
    Arrays.fill(slots, 0);
    count = 0;
  }

  /** Where the name is, or would be. */
  private int slot(byte[] bytes, int start) {
    int mask = slots.length - 1;
    int slot = hash(bytes, start) & mask;
    while (slots[slot] != 0) {
      int at = (slots[slot] - 1) * FileName.DIGITS;
      if (Arrays.equals(names, at, at + FileName.DIGITS, bytes, start, start + FileName.DIGITS)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Of digits of the id's hash, which are random, and of the version, in which names of one id differ. */
  private static int hash(byte[] bytes, int start) {
    int hash = 0;
    for (int i = 0; i < HASH_DIGITS; i++) {
      hash = 31 * hash + 17 * bytes[start + HASH_FROM + i] + bytes[start + VERSION_FROM + i];
    }
    return hash ^ hash >>> 15;
  }
}
