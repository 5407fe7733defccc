package io.packice.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths as people write them. */
public final class GivenPath {
  private GivenPath() {
  }

  /**
   * The path that a text names: not an empty one either, which Java takes for the current folder, and which is a variable of a script that was not set.
   *
   * @param text as it was given
   * @return the path
   * @throws IllegalArgumentException if there is no such path, with a message for people
   */
  public static Path of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("Cannot use \"" + text + "\" as a path: it is empty; name a file or a folder");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(Failures.describe(e), e);
    }
  }
}
