package io.packice.storage.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A password, key or token. It is asked for when it is needed, and shows itself to nobody: neither {@link #toString} nor any message has it. Immutable, safe
 * from any thread.
 */
public final class Secret {
  private final Supplier<String> value;
  private final String from;

  private Secret(Supplier<String> value, String from) {
    this.value = value;
    this.from = from;
  }

  /**
   * A secret that is here.
   *
   * @param value its text
   * @return the secret
   */
  public static Secret of(String value) {
    Objects.requireNonNull(value, "value");
    return new Secret(() -> value, "given");
  }

  /** One that an environment variable has; looked up at each use. */
  static Secret ofVariable(String name, EnvironmentVariables environment) {
    return new Secret(() -> {
      String value = environment.get(name);
      if (value == null || value.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot take a secret from the variable " + name + ": it is not set; set it");
      }
      return value;
    }, "variable " + name);
  }

  /** One that a file has, without the line's end; read at each use, so that it may be renewed. */
  static Secret ofFile(Path file) {
    return new Secret(() -> {
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "Cannot take a secret from " + file + ": it cannot be read; look at the path and its rights", e);
      }
    }, "file " + file);
  }

  /**
   * The secret itself.
   *
   * @return its text; keep it no longer than needed
   * @throws IllegalArgumentException if the variable or the file that should have it does not
   */
  public String reveal() {
    return value.get();
  }

  /** Where it comes from, never what it is. */
  @Override
  public String toString() {
    return "secret (" + from + ")";
  }
}
