package io.packice.spark.read;

/**
 * What a condition may come to for the rows of a part: any of true, false and null. Too many outcomes are harmless, one that is missing is not.
 *
 * @param isTrue whether it may be true for some row
 * @param isFalse whether it may be false for some row
 * @param isNull whether it may be null for some row
 */
record Outcomes(boolean isTrue, boolean isFalse, boolean isNull) {
  static final Outcomes ANY = new Outcomes(true, true, true);
  static final Outcomes TRUE = new Outcomes(true, false, false);
  static final Outcomes FALSE = new Outcomes(false, true, false);
  static final Outcomes NULL = new Outcomes(false, false, true);
  static final Outcomes NONE = new Outcomes(false, false, false);

  /** No row is true: none is wanted. */
  boolean never() {
    return !isTrue;
  }

  /** Each row is true: the condition need not be looked at again. */
  boolean always() {
    return isTrue && !isFalse && !isNull;
  }

  Outcomes not() {
    return new Outcomes(/* isTrue= */ isFalse, /* isFalse= */ isTrue, isNull);
  }

  Outcomes and(Outcomes other) {
    return new Outcomes(isTrue && other.isTrue, isFalse || other.isFalse,
        (isNull && (other.isNull || other.isTrue)) || (isTrue && other.isNull));
  }

  Outcomes or(Outcomes other) {
    return not().and(other.not()).not();
  }

  /** Of rows of either kind. */
  Outcomes plus(Outcomes other) {
    return new Outcomes(isTrue || other.isTrue, isFalse || other.isFalse, isNull || other.isNull);
  }
}
