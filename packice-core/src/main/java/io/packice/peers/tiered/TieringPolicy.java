package io.packice.peers.tiered;

import java.time.Duration;

/**
 * When a {@link TieredPeer} moves objects between its tiers. Start with {@link #DEFAULT} and refine by the {@code with…} methods, each
 * of which returns a changed copy. Immutable, safe from any thread.
 *
 * @param highWatermark the part of the hot tier's capacity, more than 0 and at most 1: when its live bytes pass it, objects are demoted
 * @param lowWatermark the part of the hot tier's capacity, from 0 to {@code highWatermark}: so far down objects are demoted then; an object
 *     larger than this is never promoted
 * @param promotionWindow an object is promoted when it is read from the cold tier twice within this time; more than zero
 * @param onClose what becomes of objects that only the hot tier has when the peer is closed
 */
public record TieringPolicy(double highWatermark, double lowWatermark, Duration promotionWindow, OnClose onClose) {
  /** Demotes from 90 % down to 70 %, promotes at the second read within a minute, and leaves the hot tier to itself at close. */
  public static final TieringPolicy DEFAULT = new TieringPolicy(0.9, 0.7, Duration.ofMinutes(1), OnClose.LEAVE);

  /** What becomes of objects that only the hot tier has when the peer is closed. */
  public enum OnClose {
    /** They stay where they are: gone with the peer if the hot tier is memory. */
    LEAVE,
    /**
     * They are copied to the cold tier first, however long that takes. What would not fit there is refused when it is created; what is refused at the
     * close all the same, because somebody else has filled the disk or it has failed, is named in the log, and the close throws.
     */
    DEMOTE
  }

  /**
   * Checks the policy as a whole.
   *
   * @throws IllegalArgumentException if a watermark or the window is out of range
   */
  public TieringPolicy {
    if (!(highWatermark > 0 && highWatermark <= 1 && lowWatermark >= 0 && lowWatermark <= highWatermark)) {
      throw new IllegalArgumentException("Cannot demote from " + highWatermark + " down to " + lowWatermark
          + "; give two parts of the capacity, 0 <= low <= high <= 1 and 0 < high");
    }
    if (!promotionWindow.isPositive()) {
      throw new IllegalArgumentException(
          "Cannot promote within " + promotionWindow + "; give a window of more than zero");
    }
  }

  /**
   * With other watermarks.
   *
   * @param high the part of the hot tier's capacity from which on objects are demoted
   * @param low the part down to which they are
   * @return a changed copy
   */
  public TieringPolicy withWatermarks(double high, double low) {
    return new TieringPolicy(high, low, promotionWindow, onClose);
  }

  /**
   * With another window for promotion.
   *
   * @param window the time within which the second read promotes
   * @return a changed copy
   */
  public TieringPolicy withPromotionWindow(Duration window) {
    return new TieringPolicy(highWatermark, lowWatermark, window, onClose);
  }

  /**
   * With another end for objects that only the hot tier has.
   *
   * @param end what becomes of them when the peer is closed
   * @return a changed copy
   */
  public TieringPolicy withOnClose(OnClose end) {
    return new TieringPolicy(highWatermark, lowWatermark, promotionWindow, end);
  }
}
