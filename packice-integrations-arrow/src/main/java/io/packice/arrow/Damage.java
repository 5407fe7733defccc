package io.packice.arrow;

import org.jspecify.annotations.Nullable;

/** Something that came from outside, bytes or a schema, is not as it should be, or not what this version reads; the message says what in our words. */
final class Damage extends IllegalArgumentException {
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

  /** What to do about it is known to whoever knows where the bytes came from. */
  Damage(String what) {
    this(what, null, false, null);
  }

  /** With what found it out, in its own words. */
  Damage(String what, Throwable cause) {
    this(what, null, false, cause);
  }

  /** With what to do about it, wherever it came from. */
  static Damage of(String what, String advice) {
    return new Damage(what, advice, false, null);
  }

  /** Something that others may well write, and that this version does not read. */
  static Damage unsupported(String what, String advice) {
    return new Damage(what, advice, true, null);
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new Damage(otherwise);
    }
  }

  /** What is wrong, without what to do about it. */
  String what() {
    return what;
  }

  String advice(String otherwise) {
    return advice == null ? otherwise : advice;
  }

  /** What is said of a file, or another source, that cannot be imported for this. */
  ImportException in(String source) {
    return new ImportException("Cannot import " + source + ": " + what + "; " + advice("get it anew"), this);
  }

  /** Whether it says something of this version rather than of the bytes. */
  boolean isSound() {
    return isSound;
  }
}
