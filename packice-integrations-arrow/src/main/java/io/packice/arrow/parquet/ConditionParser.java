package io.packice.arrow.parquet;

import io.packice.arrow.schema.DamageWords;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@link RowFilter}'s text. */
final class ConditionParser {
  /** Possessive where a text may be long: the others take stack for each character. */
  private static final Pattern TOKEN = Pattern.compile("""
      (?:(?<number>[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d{1,4})?)\
      |(?<word>[\\p{L}_][\\p{L}\\p{N}_.]*)|"(?<name>(?:[^"]++|"")++)"|'(?<text>(?:[^']++|'')*+)'\
      |(?<sign><=|>=|<>|!=|==|[=<>(),]))""");
  private static final int MAX_DEPTH = 100;
  private static final int SHOWN = 100;

  private enum Kind {
    NUMBER, WORD, NAME, TEXT, SIGN, END
  }

  private final String text;
  private final Matcher matcher;
  private Kind kind = Kind.END;
  private String token = "";
  private int start;
  private int consumed;
  private int depth;

  ConditionParser(String text) {
    this.text = text;
    this.matcher = TOKEN.matcher(text);
    advance();
  }

  Condition parse() {
    Condition condition = disjunction();
    if (kind != Kind.END) {
      throw expected("AND, OR or the end");
    }
    return condition;
  }

  // ---- Tokens

  private void advance() {
    int from = start + consumed;
    while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    if (from == text.length()) {
      set(Kind.END, "", from, 0);
      return;
    }
    matcher.region(from, text.length());
    if (!matcher.lookingAt()) {
      throw wrong("nothing begins with " + text.charAt(from), from);
    }
    int length = matcher.end() - from;
    if (matcher.group("number") != null) {
      set(Kind.NUMBER, matcher.group("number"), from, length);
    } else if (matcher.group("word") != null) {
      set(Kind.WORD, matcher.group("word"), from, length);
    } else if (matcher.group("name") != null) {
      set(Kind.NAME, matcher.group("name").replace("\"\"", "\""), from, length);
    } else if (matcher.group("text") != null) {
      set(Kind.TEXT, matcher.group("text").replace("''", "'"), from, length);
    } else {
      set(Kind.SIGN, matcher.group("sign"), from, length);
    }
  }

  private void set(Kind newKind, String newToken, int newStart, int newConsumed) {
    kind = newKind;
    token = newToken;
    start = newStart;
    consumed = newConsumed;
  }

  private IllegalArgumentException wrong(String what, int at) {
    return new IllegalArgumentException(
        "Cannot read the condition " + around(at) + ": " + what + " at character " + (at + 1)
            + "; write such as a > 10 AND b = 'x'");
  }

  /** All of it, or what is near a place if it is long. */
  private String around(int at) {
    int from = Math.max(0, at - SHOWN);
    int to = Math.min(text.length(), at + SHOWN);
    return (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
  }

  private IllegalArgumentException expected(String what) {
    return wrong("expected " + what + ", found " + (kind == Kind.END ? "the end" : DamageWords.shown(token)), start);
  }

  private boolean takeWord(String word) {
    boolean there = kind == Kind.WORD && token.toUpperCase(Locale.ROOT).equals(word);
    if (there) {
      advance();
    }
    return there;
  }

  private boolean takeSign(String sign) {
    boolean there = kind == Kind.SIGN && token.equals(sign);
    if (there) {
      advance();
    }
    return there;
  }

  private void requireWord(String word) {
    if (!takeWord(word)) {
      throw expected(word);
    }
  }

  private void requireSign(String sign) {
    if (!takeSign(sign)) {
      throw expected(sign);
    }
  }

  // ---- Grammar

  private Condition disjunction() {
    return junction(false, "OR", this::conjunction);
  }

  private Condition conjunction() {
    return junction(true, "AND", this::negation);
  }

  private Condition junction(boolean all, String word, Supplier<Condition> part) {
    List<Condition> parts = new ArrayList<>(List.of(part.get()));
    while (takeWord(word)) {
      parts.add(part.get());
    }
    return parts.size() == 1 ? parts.getFirst() : new Condition.Junction(all, List.copyOf(parts));
  }

  private Condition negation() {
    if (++depth > MAX_DEPTH) {
      throw wrong("more than " + MAX_DEPTH + " parentheses or NOTs", start);
    }
    try {
      if (takeWord("NOT")) {
        return negation().opposite();
      }
      if (takeSign("(")) {
        Condition inner = disjunction();
        requireSign(")");
        return inner;
      }
      return predicate();
    } finally {
      depth--;
    }
  }

  private Condition predicate() {
    if (kind != Kind.WORD && kind != Kind.NAME) {
      throw expected("a column");
    }
    String column = token;
    advance();
    if (takeWord("IS")) {
      boolean not = takeWord("NOT");
      requireWord("NULL");
      return new Condition.Nullness(column, !not);
    }
    if (takeWord("NOT")) {
      return listOrRange(column).opposite();
    }
    if (kind == Kind.SIGN) {
      Condition.Operator operator = operator();
      advance();
      return new Condition.Comparison(column, operator, constant());
    }
    return listOrRange(column);
  }

  private Condition.Operator operator() {
    return switch (token) {
      case "=", "==" -> Condition.Operator.EQUAL;
      case "!=", "<>" -> Condition.Operator.UNEQUAL;
      case "<" -> Condition.Operator.LESS;
      case "<=" -> Condition.Operator.AT_MOST;
      case ">" -> Condition.Operator.GREATER;
      case ">=" -> Condition.Operator.AT_LEAST;
      default -> throw expected("a comparison");
    };
  }

  private Condition listOrRange(String column) {
    if (takeWord("BETWEEN")) {
      Condition least = new Condition.Comparison(column, Condition.Operator.AT_LEAST, constant());
      requireWord("AND");
      return new Condition.Junction(true,
          List.of(least, new Condition.Comparison(column, Condition.Operator.AT_MOST, constant())));
    }
    if (!takeWord("IN")) {
      throw expected("a comparison");
    }
    requireSign("(");
    List<Condition> parts = new ArrayList<>();
    do {
      parts.add(new Condition.Comparison(column, Condition.Operator.EQUAL, constant()));
    } while (takeSign(","));
    requireSign(")");
    return new Condition.Junction(false, List.copyOf(parts));
  }

  private @Nullable Object constant() {
    Object constant = switch (kind) {
      case NUMBER -> new BigDecimal(token);
      case TEXT -> token;
      case WORD -> switch (token.toUpperCase(Locale.ROOT)) {
        case "TRUE" -> true;
        case "FALSE" -> false;
        case "NULL" -> null;
        default -> throw expected("a number, or text in single quotes");
      };
      default -> throw expected("a number, or text in single quotes");
    };
    advance();
    return constant;
  }
}
