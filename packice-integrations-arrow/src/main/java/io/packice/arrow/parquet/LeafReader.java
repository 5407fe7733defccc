package io.packice.arrow.parquet;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a leaf column batch by batch: the levels of its entries, and its values without the nulls, still in Parquet's form. Arrays are kept from
 * batch to batch, and grow with what was read, not with what was announced.
 */
final class LeafReader {
  private static final int BLOCK_ENTRIES = 1024;
  private static final int BLOCK_BYTES = 1 << 20;

  /** One row may have no more elements than this; neither may a batch. */
  private static final int MAX_ENTRIES = 1 << 28;

  private final Chunk chunk;
  private final PageReader pages;
  private final int[] blockRepetitions = new int[BLOCK_ENTRIES];
  private final int[] blockDefinitions = new int[BLOCK_ENTRIES];
  private int blockPosition;
  private int blockEnd;
  private @Nullable Page page;

  private int entries;
  private byte[] repetitions = {};
  private byte[] definitions = {};
  private int count;
  private int[] ints = {};
  private long[] longs = {};
  private byte[] fixed = {};
  private final VarBytes binary = new VarBytes();

  LeafReader(Chunk chunk, PageReader pages) {
    this.chunk = chunk;
    this.pages = pages;
  }

  // ---- What was read

  /** How many entries the batch has: a value, a null, or an empty or missing list each. */
  int entries() {
    return entries;
  }

  /** Of each entry; all zero, and not kept, if the column is not in a list. */
  int repetition(int entry) {
    return chunk.maxRepetition() == 0 ? 0 : repetitions[entry];
  }

  int definition(int entry) {
    return chunk.maxDefinition() == 0 ? 0 : definitions[entry];
  }

  int maxDefinition() {
    return chunk.maxDefinition();
  }

  /** How many values there are. */
  int count() {
    return count;
  }

  int[] ints() {
    return ints;
  }

  long[] longs() {
    return longs;
  }

  byte[] fixed() {
    return fixed;
  }

  VarBytes binary() {
    return binary;
  }

  int width() {
    return chunk.width();
  }

  // ---- Reading

  /** Reads so many rows in place of those before. */
  void read(int rows) throws IOException {
    entries = 0;
    count = 0;
    binary.clear();
    int rowsSeen = 0;
    while (true) {
      if (blockPosition == blockEnd && !fillBlock(rows - rowsSeen)) {
        requireRows(rows, rowsSeen);
        return;
      }
      int from = blockPosition;
      if (chunk.maxRepetition() == 0) {
        blockPosition = Math.min(blockEnd, from + rows - rowsSeen);
        rowsSeen += blockPosition - from;
      } else {
        while (blockPosition < blockEnd && (blockRepetitions[blockPosition] > 0 || rowsSeen < rows)) {
          rowsSeen += blockRepetitions[blockPosition++] == 0 ? 1 : 0;
        }
        if (entries == 0 && blockRepetitions[from] != 0) {
          throw new DamageException("a row begins in the middle of a list");
        }
      }
      append(from, blockPosition);
      if (rowsSeen == rows && blockPosition < blockEnd) {
        return; // the next row has begun
      }
      if (rowsSeen == rows && chunk.maxRepetition() == 0) {
        return;
      }
    }
  }

  private void requireRows(int rows, int rowsSeen) {
    if (rowsSeen != rows) {
      int lacking = rows - rowsSeen;
      throw new DamageException("its values end " + lacking + (lacking == 1 ? " row" : " rows") + " early");
    }
  }

  /** Says whether all entries of the column chunk were read. */
  void requireEnd() throws IOException {
    if (blockPosition < blockEnd || fillBlock(1)) {
      throw new DamageException("it has more rows than its row group");
    }
  }

  private boolean fillBlock(int rowsWanted) throws IOException {
    while (page == null || page.left() == 0) {
      page = pages.next();
      if (page == null) {
        return false;
      }
    }
    int most = chunk.width() == 0 ? BLOCK_ENTRIES : Math.clamp(BLOCK_BYTES / chunk.width(), 1, BLOCK_ENTRIES);
    int n = Math.min(most, page.left());
    if (chunk.maxRepetition() == 0) {
      n = Math.min(n, Math.max(1, rowsWanted));
    }
    page.readLevels(blockRepetitions, blockDefinitions, n);
    blockPosition = 0;
    blockEnd = n;
    return true;
  }

  private void append(int from, int to) {
    int n = to - from;
    if (n == 0 || page == null) {
      return;
    }
    if (entries > MAX_ENTRIES - n) {
      throw new DamageException("one batch has more than " + MAX_ENTRIES + " elements; read fewer rows at a time");
    }
    int values = n;
    if (chunk.maxRepetition() > 0) {
      repetitions = copyLevels(repetitions, blockRepetitions, from, n, chunk.maxRepetition());
    }
    if (chunk.maxDefinition() > 0) {
      definitions = copyLevels(definitions, blockDefinitions, from, n, chunk.maxDefinition());
      values = 0;
      for (int i = from; i < to; i++) {
        values += blockDefinitions[i] == chunk.maxDefinition() ? 1 : 0;
      }
    }
    entries += n;
    if (values > 0) {
      appendValues(page.values(), values);
    }
  }

  private byte[] copyLevels(byte[] levels, int[] block, int from, int n, int max) {
    byte[] target = entries + n > levels.length ? Arrays.copyOf(levels, grown(entries + n, levels.length)) : levels;
    for (int i = 0; i < n; i++) {
      int level = block[from + i];
      if (level > max) {
        throw new DamageException("a level is " + level + ", at most " + max + " is possible");
      }
      target[entries + i] = (byte) level;
    }
    return target;
  }

  private static int grown(int needed, int had) {
    return Math.max(needed, Math.max(BLOCK_ENTRIES, had + (had >> 1)));
  }

  private void appendValues(ValueDecoder decoder, int n) {
    switch (chunk.type()) {
      case BOOLEAN, INT32, FLOAT -> {
        if (count + n > ints.length) {
          ints = Arrays.copyOf(ints, grown(count + n, ints.length));
        }
        decoder.ints(ints, count, n);
      }
      case INT64, DOUBLE -> {
        if (count + n > longs.length) {
          longs = Arrays.copyOf(longs, grown(count + n, longs.length));
        }
        decoder.longs(longs, count, n);
      }
      case INT96, FIXED_LEN_BYTE_ARRAY -> {
        fixed = roomFor(n);
        decoder.fixed(fixed, count, n);
      }
      case BINARY -> decoder.binary(binary, n);
    }
    count += n;
  }

  private byte[] roomFor(int n) {
    long needed = (long) (count + n) * chunk.width();
    if (needed > Integer.MAX_VALUE - 8) {
      throw new DamageException("its values pass 2 GiB within one batch; read fewer rows at a time");
    }
    return needed <= fixed.length
        ? fixed
        : Arrays.copyOf(fixed, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, fixed.length * 3L / 2)));
  }

  // ---- Filtering

  /** Keeps only some of the rows that were read. */
  void retain(BitSet rows) {
    int row = -1;
    int keptEntries = 0;
    int keptValues = 0;
    int value = 0;
    for (int i = 0; i < entries; i++) {
      row += repetition(i) == 0 ? 1 : 0;
      boolean present = definition(i) == chunk.maxDefinition();
      if (rows.get(row)) {
        if (chunk.maxRepetition() > 0) {
          repetitions[keptEntries] = repetitions[i];
        }
        if (chunk.maxDefinition() > 0) {
          definitions[keptEntries] = definitions[i];
        }
        keptEntries++;
        if (present) {
          move(value, keptValues++);
        }
      }
      value += present ? 1 : 0;
    }
    entries = keptEntries;
    count = keptValues;
    if (chunk.width() == 0) {
      binary.truncate(keptValues);
    }
  }

  private void move(int from, int to) {
    if (from == to) {
      return;
    }
    switch (chunk.type()) {
      case BOOLEAN, INT32, FLOAT -> ints[to] = ints[from];
      case INT64, DOUBLE -> longs[to] = longs[from];
      case INT96, FIXED_LEN_BYTE_ARRAY -> System.arraycopy(fixed, from * width(), fixed, to * width(), width());
      case BINARY -> binary.move(from, to);
    }
  }
}
