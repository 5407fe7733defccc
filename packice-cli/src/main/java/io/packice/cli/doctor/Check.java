package io.packice.cli.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code packice doctor} has looked at.
 *
 * @param name what
 * @param grade how good it is
 * @param found what there is
 * @param advice what to change; null if nothing
 */
record Check(String name, Grade grade, String found, @Nullable String advice) {
  /** How good something is. */
  enum Grade {
    /** Nothing to do. */
    OK,
    /** It works until it is used hard. */
    WARN,
    /** It does not work. */
    FAIL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Check ok(String name, String found) {
    return new Check(name, Grade.OK, found, null);
  }

  static Check warn(String name, String found, String advice) {
    return new Check(name, Grade.WARN, found, advice);
  }

  static Check fail(String name, String found, String advice) {
    return new Check(name, Grade.FAIL, found, advice);
  }
}
