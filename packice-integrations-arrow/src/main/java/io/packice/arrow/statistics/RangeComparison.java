package io.packice.arrow.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Some rows, such as those of a table's part or of a row group of Parquet, compared with one value, when no more is known of them than their extremes and how many are null.
 *
 * @param hasNulls whether some may be null
 * @param hasValues whether some may not be
 * @param bounds how the extremes compare with the value; null if they are not known
 * @param others which values there may be that the extremes are not of
 */
public record RangeComparison(boolean hasNulls, boolean hasValues, @Nullable Bounds bounds, Others others) {
  private static final Outcomes UNKNOWN = new Outcomes(/* isTrue= */ true, /* isFalse= */ true, /* isNull= */ false);

  /**
   * Signs, as a comparator gives them.
   *
   * @param least of the least value and the one that it is compared with
   * @param greatest of the greatest one
   */
  public record Bounds(int least, int greatest) {
  }

  /** Values that extremes are not of, as NaN. */
  public enum Others {
    /** There are none. */
    NONE,
    /** They are greater than all others, as NaN is in Spark. */
    GREATEST,
    /** They are unequal to all, and neither less nor greater, as NaN is in Java; or the extremes were shortened, so that they are not exact. */
    UNEQUAL
  }

  /**
   * Whether a row is null.
   *
   * @return what it may come to
   */
  public Outcomes isNull() {
    return of(Outcomes.TRUE, Outcomes.FALSE);
  }

  private Outcomes of(Outcomes ofNulls, Outcomes ofValues) {
    return (hasNulls ? ofNulls : Outcomes.NONE).plus(hasValues ? ofValues : Outcomes.NONE);
  }

  private Outcomes ofValues(boolean some, boolean all) {
    return of(Outcomes.NULL, bounds == null ? UNKNOWN : new Outcomes(some, !all, /* isNull= */ false));
  }

  /**
   * Whether a row equals the value.
   *
   * @return what it may come to
   */
  public Outcomes equal() {
    return ofValues(bounds != null && bounds.least <= 0 && bounds.greatest >= 0,
        bounds != null && bounds.least == 0 && bounds.greatest == 0 && others == Others.NONE);
  }

  /**
   * Whether a row is less than the value.
   *
   * @return what it may come to
   */
  public Outcomes less() {
    return ofValues(bounds != null && bounds.least < 0, bounds != null && bounds.greatest < 0 && others == Others.NONE);
  }

  /**
   * Whether a row is at most the value.
   *
   * @return what it may come to
   */
  public Outcomes atMost() {
    return ofValues(bounds != null && bounds.least <= 0,
        bounds != null && bounds.greatest <= 0 && others == Others.NONE);
  }

  /**
   * Whether a row is greater than the value.
   *
   * @return what it may come to
   */
  public Outcomes greater() {
    return ofValues(bounds != null && (bounds.greatest > 0 || others == Others.GREATEST),
        bounds != null && bounds.least > 0 && others != Others.UNEQUAL);
  }

  /**
   * Whether a row is at least the value.
   *
   * @return what it may come to
   */
  public Outcomes atLeast() {
    return ofValues(bounds != null && (bounds.greatest >= 0 || others == Others.GREATEST),
        bounds != null && bounds.least >= 0 && others != Others.UNEQUAL);
  }
}
