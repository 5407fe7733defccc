package io.packice.storage;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of paths: {@code *} and {@code ?} stay within one part, {@code **} crosses slashes and may stand for no part at all, {@code [a-c]} is one letter, {@code {a,b}} one of
 * several. A pattern without a slash is one of the last part, wherever that is.
 */
final class Glob {
  private final String text;
  private final Pattern pattern;

  Glob(String text) {
    this.text = text;
    try {
      this.pattern = Pattern.compile(
          text.indexOf('/') < 0 && !text.contains("**") ? "(?:.*/)?" + regex(text) : regex(text), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Cannot use the pattern '" + text + "': a bracket or brace has no end; correct it", e);
    }
  }

  boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    boolean inBraces = false;
    for (int at = 0; at < glob.length(); at++) {
      char c = glob.charAt(at);
      if (glob.startsWith("**/", at)) {
        regex.append("(?:.*/)?");
        at += 2;
      } else if (glob.startsWith("**", at)) {
        regex.append(".*");
        at++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (c == '[') {
        at = letters(glob, at, regex);
      } else if (c == '{') {
        inBraces = true;
        regex.append("(?:");
      } else if (c == '}' && inBraces) {
        inBraces = false;
        regex.append(')');
      } else if (c == ',' && inBraces) {
        regex.append('|');
      } else if (c == '\\' && at + 1 < glob.length()) {
        regex.append(Pattern.quote(String.valueOf(glob.charAt(++at))));
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static int letters(String glob, int open, StringBuilder regex) {
    int close = glob.indexOf(']', open + 2);
    if (close < 0) {
      throw new PatternSyntaxException("no end", glob, open);
    }
    String inside = glob.substring(open + 1, close).replace("\\", "\\\\").replace("[", "\\[").replace("&&", "\\&&");
    regex.append('[').append(inside.startsWith("!") ? "^/" + inside.substring(1) : inside).append(']');
    return close;
  }

  @Override
  public String toString() {
    return text;
  }
}
