package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowFilterTest {
  @Test
  void aFilterNamesItsColumnsOnceEach() {
    assertThat(RowFilter.parse("a > 1 AND (\"my \"\"b\"\"\" = 'it''s' OR a IS NOT NULL) and c.d between -1e3 and .5")
        .columns())
        .containsExactly("a", "my \"b\"", "c.d");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"``|expected a column, found the end at character 1",
      "a|expected a comparison, found the end at character 2",
      "a >|expected a number, or text in single quotes, found the end at character 4",
      "a > b|found b at character 5", "a > 1 2|expected AND, OR or the end, found 2 at character 7",
      "(a > 1|expected ), found the end", "a > 'x|nothing begins with ' at character 5",
      "a ! 1|nothing begins with ! at character 3",
      "a IN 1|expected (, found 1", "a IS 1|expected NULL, found 1", "a BETWEEN 1|expected AND, found the end"})
  void whatIsNoConditionIsRefusedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> RowFilter.parse(text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read the condition " + text + ": ").hasMessageContaining(message);
  }

  @Test
  void ofALongConditionWhatIsNearIsShown() {
    String name = "x".repeat(3_000);
    for (String text : List.of("a = 1 AND " + name + " ! 1", "a = '" + name, "a > 1 " + name,
        "NOT ".repeat(5_000) + "a = 1")) {
      assertThatThrownBy(() -> RowFilter.parse(text)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("…").extracting(Throwable::getMessage).asString().hasSizeLessThan(500);
    }
  }

  @Test
  void textsAndNamesMayBeLong() {
    String text = "it''s ".repeat(200_000);
    assertThat(RowFilter.parse("a = '" + text + "' OR \"" + "n\"\"".repeat(100_000) + "\" IS NULL").columns())
        .containsExactly("a", "n\"".repeat(100_000));
    String list = "'x', ".repeat(50_000);
    assertThat(RowFilter.parse("a IN (" + list + "'y')").columns()).containsExactly("a");
    assertThatThrownBy(() -> RowFilter.parse("a = '" + text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing begins with ' at character 5");
  }

  @Test
  void parenthesesHaveAnEnd() {
    String deep = String.join("", Collections.nCopies(100_000, "("));
    assertThatThrownBy(() -> RowFilter.parse(deep)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 100 parentheses");
  }
}
