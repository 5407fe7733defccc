package io.packice.arrow.schema;

import io.packice.core.Printable;
import java.nio.BufferUnderflowException;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with some bytes, for people who do not know by which library they are read, whatever exception found it out. */
public final class DamageWords {
  private static final int MAX_NAME = 80;

  private DamageWords() {
  }

  /**
   * What is wrong.
   *
   * @param found what was thrown when the bytes were read
   * @return a few words on one line, without an end, such as {@code a part of it is missing}
   */
  public static String of(Throwable found) {
    return switch (found) {
      case Damage damage -> damage.what();
      case IndexOutOfBoundsException _,BufferUnderflowException _ -> "a place that it names lies outside of it";
      case NullPointerException _ -> "a part of it is missing";
      case ArithmeticException _,NegativeArraySizeException _ -> "a number in it is impossible";
      case StackOverflowError _ -> "its parts lie too deep within each other";
      default -> "it contradicts itself";
    };
  }

  /**
   * A name that bytes say of themselves, fit for a message.
   *
   * @param name as it was read; null if there is none
   * @return the name on one line, cut if it is long
   */
  public static String name(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return "without a name";
    }
    return shown(name);
  }

  /**
   * What somebody wrote, in a message.
   *
   * @param text of any length
   * @return the text on one line, cut if it is long
   */
  public static String shown(String text) {
    return Printable.legible(text, MAX_NAME);
  }
}
