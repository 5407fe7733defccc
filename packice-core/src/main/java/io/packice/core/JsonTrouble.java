package io.packice.core;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Says what is wrong with some JSON, for people who do not know by which library it is read, nor can change its settings. */
public final class JsonTrouble {
  private static final Pattern LIMIT = Pattern.compile("(.*?) ?\\(\\d+\\) exceeds the maximum allowed \\((\\d+).*");
  private static final Pattern TWICE = Pattern.compile("Duplicate Object property \"(.*)\"");
  private static final Map<String,
      String> LIMITS = Map.of("Document nesting depth", "objects and lists inside each other",
          "String value length", "characters in a text", "Number value length", "digits in a number",
          "Name length", "characters in a name");

  /** What a library adds to its messages: how it could be set, and what it knows of the input. */
  private static final List<Pattern> ASIDES = List.of(Pattern.compile("\\R.*", Pattern.DOTALL),
      Pattern.compile("[:;,]?[^:;,`]*`?\\b\\w*(?:Feature|Constraints)\\b.*"),
      Pattern.compile(" *\\((?:start marker|not recognized as|use |enable |through reference|for the).*"),
      Pattern.compile(" *\\[Source.*"));

  private JsonTrouble() {
  }

  /**
   * What is wrong.
   *
   * @param failure what the parser threw, or what was thrown about its values
   * @return a few words without an end, on one line, such as {@code the field "a" twice}
   */
  public static String of(Throwable failure) {
    if (!(failure instanceof JacksonException e)) {
      return brief(String.valueOf(failure.getMessage()));
    }
    String message = String.valueOf(e.getOriginalMessage());
    Matcher twice = TWICE.matcher(message);
    if (twice.matches()) {
      return "the field \"" + twice.group(1) + "\" twice";
    }
    if (message.toLowerCase(Locale.ROOT).contains("surrogate")) {
      return "half of a character beyond \\uffff in a text";
    }
    return switch (e) {
      case StreamConstraintsException _ -> limit(message);
      case UnexpectedEndOfInputException _ -> "it ends in the middle";
      default -> brief(message);
    };
  }

  private static String limit(String message) {
    Matcher limit = LIMIT.matcher(message);
    String what = limit.matches() ? LIMITS.get(limit.group(1)) : null;
    return what == null ? brief(message) : "more than " + limit.group(2) + " " + what;
  }

  private static String brief(String message) {
    String brief = message;
    for (Pattern aside : ASIDES) {
      brief = aside.matcher(brief).replaceFirst("");
    }
    return brief.strip();
  }
}
