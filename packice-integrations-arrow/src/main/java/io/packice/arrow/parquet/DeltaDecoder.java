package io.packice.arrow.parquet;

import java.util.Arrays;
import org.apache.parquet.column.values.bitpacking.BytePackerForLong;
import org.apache.parquet.column.values.bitpacking.Packer;

/**
 * DELTA_BINARY_PACKED: differences of integers in blocks of miniblocks, each with its own number of bits.
 * <pre>
 * varint values per block | varint miniblocks per block | varint values | zigzag first value
 * per block: zigzag least difference | a byte per miniblock: bits | miniblock | miniblock | …
 * </pre>
 */
final class DeltaDecoder extends ValueDecoder {
  private static final int MAX_BLOCK_VALUES = 1 << 20;
  private static final int GROUP = 8;

  private final Bytes in;
  private final int miniblockValues;
  private final int[] bitWidths;
  private final long[] group = new long[GROUP];
  private int left;
  private int miniblock;
  private int miniblockLeft;
  private int groupLeft;
  private boolean started;
  private long leastDifference;
  private long last;

  /**
   * @param max how many values there can be
   */
  DeltaDecoder(Bytes in, int max) {
    super("DELTA_BINARY_PACKED");
    this.in = in;
    int blockValues = in.varintSize(MAX_BLOCK_VALUES);
    int miniblocks = in.varintSize(MAX_BLOCK_VALUES);
    left = in.varintSize(max);
    if (miniblocks == 0 || blockValues % miniblocks != 0 || blockValues / miniblocks % GROUP != 0 || blockValues == 0) {
      throw new DamageException("a block of " + blockValues + " values is said to have " + miniblocks + " parts");
    }
    last = in.zigzag();
    miniblockValues = blockValues / miniblocks;
    if (left > 1 && miniblocks > in.remaining()) { // one byte for each, before any value
      throw new DamageException("a block has " + miniblocks + " parts in " + in.remaining() + " bytes");
    }
    bitWidths = new int[left > 1 ? miniblocks : 0];
    miniblock = bitWidths.length;
  }

  int left() {
    return left;
  }

  private long next() {
    if (left == 0) {
      throw new DamageException("its differences end early");
    }
    left--;
    if (!started) {
      started = true;
      return last;
    }
    if (groupLeft == 0) {
      readGroup();
    }
    last += leastDifference + group[GROUP - groupLeft--];
    return last;
  }

  private void readGroup() {
    if (miniblockLeft == 0) {
      if (miniblock == bitWidths.length) {
        startBlock();
      }
      miniblockLeft = miniblockValues;
      miniblock++;
    }
    int bits = bitWidths[miniblock - 1];
    if (bits == 0) {
      Arrays.fill(group, 0);
    } else {
      BytePackerForLong packer = Packer.LITTLE_ENDIAN.newBytePackerForLong(bits);
      packer.unpack8Values(in.array(), in.take(bits), group, 0);
    }
    miniblockLeft -= GROUP;
    groupLeft = GROUP;
  }

  private void startBlock() {
    leastDifference = in.zigzag();
    for (int i = 0; i < bitWidths.length; i++) {
      bitWidths[i] = in.unsignedByte();
    }
    // Those behind the last value may have any width; they have no bytes.
    int used = Math.min(bitWidths.length, Math.ceilDiv(left + 1, miniblockValues));
    for (int i = 0; i < used; i++) {
      if (bitWidths[i] > Long.SIZE) {
        throw new DamageException("differences are said to have " + bitWidths[i] + " bits");
      }
    }
    miniblock = 0;
  }

  @Override
  void ints(int[] out, int offset, int count) {
    for (int i = 0; i < count; i++) {
      out[offset + i] = (int) next();
    }
  }

  @Override
  void longs(long[] out, int offset, int count) {
    for (int i = 0; i < count; i++) {
      out[offset + i] = next();
    }
  }

  /** Reads all that are left, and moves behind the bytes of the last miniblock. */
  int[] all() {
    int[] values = new int[Math.min(left, 1024)];
    int count = 0;
    while (left > 0) {
      if (count == values.length) {
        values = Arrays.copyOf(values, (int) Math.min((long) count + left, 2L * count));
      }
      values[count++] = (int) next();
    }
    if (miniblockLeft > 0) {
      in.take((long) miniblockLeft / GROUP * bitWidths[miniblock - 1]);
      miniblockLeft = 0;
    }
    return values;
  }
}
