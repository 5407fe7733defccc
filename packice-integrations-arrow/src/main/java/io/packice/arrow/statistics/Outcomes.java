package io.packice.arrow.statistics;

/**
 * What a condition may come to for some rows: any of true, false and null. Too many outcomes are harmless, one that is missing is not.
 *
 * @param isTrue whether it may be true for some row
 * @param isFalse whether it may be false for some row
 * @param isNull whether it may be null for some row
 */
public record Outcomes(boolean isTrue, boolean isFalse, boolean isNull) {
  /** Nothing is known. */
  public static final Outcomes ANY = new Outcomes(true, true, true);
  /** True for each row. */
  public static final Outcomes TRUE = new Outcomes(true, false, false);
  /** False for each row. */
  public static final Outcomes FALSE = new Outcomes(false, true, false);
  /** Null for each row. */
  public static final Outcomes NULL = new Outcomes(false, false, true);
  /** Of no rows. */
  public static final Outcomes NONE = new Outcomes(false, false, false);

  /**
   * Whether no row is true: none is wanted.
   *
   * @return false if some may be
   */
  public boolean never() {
    return !isTrue;
  }

  /**
   * Whether each row is true: the condition need not be looked at again.
   *
   * @return false if some may not be
   */
  public boolean always() {
    return isTrue && !isFalse && !isNull;
  }

  /**
   * Of the opposite.
   *
   * @return what it may come to
   */
  public Outcomes not() {
    return new Outcomes(/* isTrue= */ isFalse, /* isFalse= */ isTrue, isNull);
  }

  /**
   * Of both.
   *
   * @param other the other condition's
   * @return what they may come to together
   */
  public Outcomes and(Outcomes other) {
    return new Outcomes(isTrue && other.isTrue, isFalse || other.isFalse,
        (isNull && (other.isNull || other.isTrue)) || (isTrue && other.isNull));
  }

  /**
   * Of one of both.
   *
   * @param other the other condition's
   * @return what they may come to together
   */
  public Outcomes or(Outcomes other) {
    return not().and(other.not()).not();
  }

  /**
   * Of rows of either kind.
   *
   * @param other the other rows'
   * @return what it may come to for all
   */
  public Outcomes plus(Outcomes other) {
    return new Outcomes(isTrue || other.isTrue, isFalse || other.isFalse, isNull || other.isNull);
  }
}
