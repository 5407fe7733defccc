package io.packice.transport.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the Content-Disposition of a form's part says (RFC 7578, 4.2), whose parameters may have anything in their quotes. */
final class Disposition {
  private static final Pattern TYPE = Pattern.compile("\\s*+[^;\\s\"]++\\s*+");
  private static final Pattern PARAMETER = Pattern.compile(
      ";\\s*+(?:([^\\s=;\"]++)\\s*+=\\s*+(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\\s;\"]*+))\\s*+)?");

  private Disposition() {
  }

  /**
   * The part's name.
   *
   * @return null if it has none
   * @throws IllegalArgumentException if the field makes no sense, or names it twice
   */
  static @Nullable String name(String field) {
    Matcher type = TYPE.matcher(field);
    if (!type.lookingAt()) {
      throw new IllegalArgumentException("it has a Content-Disposition without a type");
    }
    String name = null;
    for (int at = type.end(); at < field.length();) {
      Matcher parameter = PARAMETER.matcher(field).region(at, field.length());
      if (!parameter.lookingAt()) {
        throw new IllegalArgumentException("it has a Content-Disposition whose parameters make no sense");
      }
      if ("name".equalsIgnoreCase(parameter.group(1))) {
        if (name != null) {
          throw new IllegalArgumentException("it has a part with two names");
        }
        String quoted = parameter.group(2);
        name = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
      }
      at = parameter.end();
    }
    return name;
  }
}
