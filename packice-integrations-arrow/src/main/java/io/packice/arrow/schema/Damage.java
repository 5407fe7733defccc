package io.packice.arrow.schema;

import org.jspecify.annotations.Nullable;

/** Something that came from outside, bytes or a schema, is not as it should be, or not what this version reads; the message says what in our words. */
public final class Damage extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final @Nullable String advice;
  private final boolean isSound;

  private Damage(String what, @Nullable String advice, boolean isSound, @Nullable Throwable cause) {
    super(advice == null ? what : what + "; " + advice, cause);
    this.what = what;
    this.advice = advice;
    this.isSound = isSound;
  }

  /**
   * What to do about it is known to whoever knows where the bytes came from.
   *
   * @param what a few words, without an end
   */
  public Damage(String what) {
    this(what, null, false, null);
  }

  /**
   * With what found it out, in its own words.
   *
   * @param what a few words, without an end
   * @param cause what found it out
   */
  public Damage(String what, Throwable cause) {
    this(what, null, false, cause);
  }

  /**
   * With what to do about it, wherever it came from.
   *
   * @param what a few words, without an end
   * @param advice what to do
   * @return to be thrown
   */
  public static Damage of(String what, String advice) {
    return new Damage(what, advice, false, null);
  }

  /**
   * Something that others may well write, and that this version does not read.
   *
   * @param what a few words, without an end
   * @param advice what to do
   * @return to be thrown
   */
  public static Damage unsupported(String what, String advice) {
    return new Damage(what, advice, true, null);
  }

  /**
   * Looks whether something is as it should be.
   *
   * @param condition whether it is
   * @param otherwise what is wrong if it is not
   * @throws Damage if it is not
   */
  public static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new Damage(otherwise);
    }
  }

  /**
   * What is wrong, without what to do about it.
   *
   * @return a few words, without an end
   */
  public String what() {
    return what;
  }

  /**
   * What to do about it.
   *
   * @param otherwise what, if that depends on where it came from
   * @return a few words
   */
  public String advice(String otherwise) {
    return advice == null ? otherwise : advice;
  }

  /**
   * Whether it says something of this version rather than of the bytes.
   *
   * @return whether the bytes may be as they should
   */
  public boolean isSound() {
    return isSound;
  }
}
