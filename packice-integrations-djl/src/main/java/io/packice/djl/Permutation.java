package io.packice.djl;

import java.util.SplittableRandom;

/**
 * The numbers from 0 to n - 1 in an order that follows from a key, computed for each place rather than kept: a Feistel network over the next power
 * of four, walked until it lands below n. Immutable; safe from any thread.
 */
final class Permutation {
  private static final int ROUNDS = 6;
  private static final int MIN_HALF_BITS = 5; // fewer make too few different orders

  private final long count;
  private final int halfBits;
  private final long halfMask;
  private final long[] keys = new long[ROUNDS];

  private Permutation(long count, SplittableRandom random) {
    this.count = count;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(count - 1, 1));
    this.halfBits = Math.max((bits + 1) / 2, MIN_HALF_BITS);
    this.halfMask = (1L << halfBits) - 1;
    for (int i = 0; i < ROUNDS; i++) {
      keys[i] = random.nextLong();
    }
  }

  /**
   * An order of so many numbers.
   *
   * @param seed one number that decides
   * @param stream another one
   */
  static Permutation of(long count, long seed, long stream) {
    return new Permutation(count, random(seed, stream));
  }

  /** A generator that follows from two numbers. */
  static SplittableRandom random(long seed, long stream) {
    // The inner generator spreads neighbours; the seed once more, or (1, 2) would be (2, 1).
    return new SplittableRandom(new SplittableRandom(seed + stream).nextLong() ^ seed);
  }

  /** The number in a place. */
  long at(long place) {
    long value = place;
    do {
      value = encrypt(value);
    } while (value >= count);
    return value;
  }

  private long encrypt(long value) {
    long left = value >>> halfBits;
    long right = value & halfMask;
    for (long key : keys) {
      long next = left ^ (mix(right + key) >>> (Long.SIZE - halfBits));
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }

  /** Spreads a number over all bits (the finaliser of SplitMix64). */
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
