package io.packice.cluster.state;

import java.util.Objects;
import java.util.regex.Pattern;

/** What peers and networks may be called: what is also the name of a file, and of an address. */
final class StateNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private StateNames() {
  }

  static String require(String what, String name) {
    if (!NAME.matcher(Objects.requireNonNull(name, "id")).matches()) {
      throw new IllegalArgumentException("Cannot call a " + what + " \"" + name
          + "\"; use 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit");
    }
    return name;
  }
}
