package io.packice.arrow.parquet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.column.values.bitpacking.BytePacker;
import org.apache.parquet.column.values.bitpacking.Packer;

/** Decodes runs of equal and of bit-packed integers: Parquet's levels, dictionary indices and booleans. Allocates nothing by what the data says. */
final class HybridDecoder implements IntDecoder {
  private static final int GROUP = 8;

  private final Bytes in;
  private final ByteBuffer buffer;
  private final int bitWidth;
  private final BytePacker packer;
  private final int[] group = new int[GROUP];
  private int groupLeft;
  private long packedGroupsLeft;
  private long repeatsLeft;
  private int repeated;

  HybridDecoder(Bytes in, int bitWidth) {
    if (bitWidth < 0 || bitWidth > Integer.SIZE) {
      throw new DamageException("integers are said to have " + bitWidth + " bits");
    }
    this.in = in;
    this.buffer = ByteBuffer.wrap(in.array());
    this.bitWidth = bitWidth;
    this.packer = Packer.LITTLE_ENDIAN.newBytePacker(bitWidth);
  }

  @Override
  public void read(int[] out, int offset, int count) {
    if (bitWidth == 0) {
      Arrays.fill(out, offset, offset + count, 0);
      return;
    }
    int at = offset;
    int end = offset + count;
    while (at < end) {
      if (repeatsLeft > 0) {
        int n = (int) Math.min(repeatsLeft, end - at);
        Arrays.fill(out, at, at + n, repeated);
        repeatsLeft -= n;
        at += n;
      } else if (groupLeft > 0) {
        int n = Math.min(groupLeft, end - at);
        System.arraycopy(group, GROUP - groupLeft, out, at, n);
        groupLeft -= n;
        at += n;
      } else if (packedGroupsLeft > 0) {
        at = readGroups(out, at, end);
      } else {
        startRun();
      }
    }
  }

  private int readGroups(int[] out, int from, int end) {
    int at = from;
    while (packedGroupsLeft > 0 && end - at >= GROUP && in.remaining() >= bitWidth) {
      packer.unpack8Values(buffer, in.take(bitWidth), out, at);
      packedGroupsLeft--;
      at += GROUP;
    }
    if (packedGroupsLeft > 0 && at < end) {
      unpackGroup();
    }
    return at;
  }

  /** The last group of a page may lack the bytes of the values that are only padding. */
  private void unpackGroup() {
    int there = Math.min(bitWidth, in.remaining());
    if (there == 0) {
      throw new DamageException("a run of packed integers ends early");
    }
    byte[] padded = new byte[bitWidth];
    System.arraycopy(in.array(), in.take(there), padded, 0, there);
    packer.unpack8Values(ByteBuffer.wrap(padded), 0, group, 0);
    packedGroupsLeft--;
    groupLeft = GROUP;
  }

  private void startRun() {
    if (in.remaining() == 0) {
      throw new DamageException("its runs of integers end early");
    }
    long header = in.varint() & 0xFFFF_FFFFL;
    if ((header & 1) == 1) {
      packedGroupsLeft = header >>> 1;
      return;
    }
    repeatsLeft = header >>> 1;
    repeated = 0;
    for (int shift = 0; shift < bitWidth; shift += Byte.SIZE) {
      repeated |= in.unsignedByte() << shift;
    }
    if (bitWidth < Integer.SIZE && repeated >>> bitWidth != 0) {
      throw new DamageException("an integer of " + bitWidth + " bits is " + repeated);
    }
  }
}
