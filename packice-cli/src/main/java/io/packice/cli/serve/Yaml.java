package io.packice.cli.serve;

import java.util.regex.Pattern;

/** Values as they stand in a YAML file. */
final class Yaml {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._][A-Za-z0-9/._,@%+=-]*");

  private Yaml() {
  }

  /** The text, in quotes where it needs them. */
  static String scalar(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "''") + "'";
  }
}
