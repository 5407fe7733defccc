package io.packice.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves out the tests that a page of the documents names, each with a reason: so neither has one that the other has not. */
final class NotCarried implements ExecutionCondition {
  private static final Path PAGE = Path.of("..", "docs", "other-servers.md");

  /** {@code | reason | `test`, `test` |}. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|`]+) \\| ((?:`\\w+`(?:, )?)+) \\|$");

  /** The reason for each test. */
  static Map<String, String> reasons() {
    String page;
    try {
      page = Files.readString(PAGE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Map<String, String> reasons = new TreeMap<>();
    Matcher rows = ROW.matcher(page);
    while (rows.find()) {
      for (String test : rows.group(2).split(", ", -1)) {
        String before = reasons.put(test.replace("`", ""), rows.group(1));
        if (before != null) {
          throw new AssertionError(test + " stands there twice");
        }
      }
    }
    return reasons;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String test = context.getTestMethod().map(method -> method.getName()).orElse("");
    String reason = reasons().get(test);
    return reason == null ? ConditionEvaluationResult.enabled("carried") : ConditionEvaluationResult.disabled(reason);
  }
}
