package io.packice.arrow.parquet;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * DELTA_LENGTH_BYTE_ARRAY: the lengths of all byte strings, then their bytes; and DELTA_BYTE_ARRAY: before these, how much each has in common
 * with the one before.
 */
final class DeltaStringDecoder extends ValueDecoder {
  private final Bytes in;
  private final int @Nullable [] prefixes;
  private final int[] lengths;
  private final int width;
  private byte[] previous;
  private int previousLength;
  private int next;

  private DeltaStringDecoder(String encoding, Bytes in, int @Nullable [] prefixes, int[] lengths, byte[] previous,
      int width) {
    super(encoding);
    this.in = in;
    this.prefixes = prefixes;
    this.lengths = lengths;
    this.width = width;
    this.previous = previous;
    this.previousLength = previous.length;
  }

  static DeltaStringDecoder ofLengths(Bytes in, int max) {
    return new DeltaStringDecoder("DELTA_LENGTH_BYTE_ARRAY", in, null, new DeltaDecoder(in, max).all(), new byte[0],
        0);
  }

  /**
   * @param width bytes of a value of fixed length
   * @param before the page before; parquet-mr up to 1.8 let the first value of a page lean on its last one (PARQUET-246)
   */
  static DeltaStringDecoder ofPrefixes(Bytes in, int max, int width, @Nullable ValueDecoder before) {
    int[] prefixes = new DeltaDecoder(in, max).all();
    int[] lengths = new DeltaDecoder(in, max).all();
    if (prefixes.length != lengths.length) {
      throw new DamageException(prefixes.length + " beginnings stand beside " + lengths.length + " ends");
    }
    byte[] previous = before instanceof DeltaStringDecoder strings
        ? Arrays.copyOf(strings.previous, strings.previousLength)
        : new byte[0];
    return new DeltaStringDecoder("DELTA_BYTE_ARRAY", in, prefixes, lengths, previous, width);
  }

  @Override
  void binary(VarBytes out, int count) {
    for (int i = 0; i < count; i++) {
      int prefix = advance();
      int length = lengths[next];
      int from = in.take(length);
      out.add(previous, prefix, in.array(), from, length);
      remember(prefix, from, length);
      next++;
    }
  }

  @Override
  void fixed(byte[] out, int offset, int count) {
    for (int i = 0; i < count; i++) {
      int prefix = advance();
      int length = lengths[next];
      if (prefix + length != width) {
        throw new DamageException("a value has " + (prefix + length) + " bytes, its type " + width);
      }
      int from = in.take(length);
      int at = (offset + i) * width;
      System.arraycopy(previous, 0, out, at, prefix);
      System.arraycopy(in.array(), from, out, at + prefix, length);
      remember(prefix, from, length);
      next++;
    }
  }

  /** How much the next value shares with the one before. */
  private int advance() {
    if (next == lengths.length) {
      throw new DamageException("its byte strings end early");
    }
    int prefix = prefixes == null ? 0 : prefixes[next];
    if (prefix < 0 || prefix > previousLength) {
      throw new DamageException("a value shares " + prefix + " bytes with one of " + previousLength);
    }
    return prefix;
  }

  private void remember(int prefix, int from, int length) {
    if (prefixes == null) {
      return;
    }
    int whole = Math.addExact(prefix, length);
    if (whole > previous.length) {
      previous = Arrays.copyOf(previous, Math.max(whole, previous.length * 2));
    }
    System.arraycopy(in.array(), from, previous, prefix, length);
    previousLength = whole;
  }
}
