package io.packice.contract;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves out the tests that a page of the documents names, each with a reason: so neither has one that the other has not. */
public final class NotCarried implements ExecutionCondition {
  private static final Path DOCUMENTS = Path.of("..", "docs");

  /** {@code | reason | `test`, `test` |}. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|`]+) \\| ((?:`\\w+`(?:, )?)+) \\|$");

  /** Which page says what a class of tests does not run. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @Inherited
  @ExtendWith(NotCarried.class)
  public @interface Page {
    /** Its name in the folder of documents. */
    String value();
  }

  /** The reason for each test. */
  public static Map<String, String> reasons(String name) {
    String page;
    try {
      page = Files.readString(DOCUMENTS.resolve(name));
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
    String page = context.getRequiredTestClass().getAnnotation(Page.class).value();
    String reason = reasons(page).get(test);
    return reason == null ? ConditionEvaluationResult.enabled("carried") : ConditionEvaluationResult.disabled(reason);
  }
}
