package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** What a parser throws, said in words of ours. */
class JsonTroubleTest {
  private static final JsonMapper STRICT =
      JsonMapper.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build()).build();

  private record Point(int x) {
  }

  private static String of(String json) {
    return JsonTrouble.of(catchThrowableOfType(JacksonException.class, () -> STRICT.readTree(json)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":NaN}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":007}", "{'a':1}", "{a:1}",
      "{\"a\":1,}", "{\"a\":/* */1}", "# x", "[1,2", "\"a", "{\"a\":tru}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}",
      "{\"a\":1]", "]", "{\"a\":0x1}"})
  void noMessageSpeaksOfTheLibrary(String json) {
    assertThat(of(json)).isNotBlank().doesNotContain("Feature").doesNotContain("Source").doesNotContain("REDACTED")
        .doesNotContain("`").doesNotContain("\n").doesNotContain("ALLOW_").doesNotContain("Constraints");
  }

  @Test
  void whatIsTooMuchIsSaidInNumbers() {
    assertThat(of("[".repeat(5000))).isEqualTo("more than 500 objects and lists inside each other");
    assertThat(of("[" + "1".repeat(2000) + "]")).isEqualTo("more than 1000 digits in a number");
    assertThat(of("{\"" + "a".repeat(60_000) + "\":1}")).isEqualTo("more than 50000 characters in a name");
  }

  @Test
  void whatIsTwiceOrCutIsSaid() {
    assertThat(of("{\"a\":1,\"b\":2,\"a\":3}")).isEqualTo("the field \"a\" twice");
    assertThat(of("{\"a\":[1,{\"b\":")).isEqualTo("it ends in the middle");
  }

  @Test
  void valuesThatDoNotFitNameNoClassOfTheLibrary() {
    JacksonException failure =
        catchThrowableOfType(JacksonException.class, () -> STRICT.readValue("{\"x\":\"a\"}", Point.class));
    assertThat(JsonTrouble.of(failure)).doesNotContain("Feature").doesNotContain("Source").doesNotContain("\n");
    assertThat(JsonTrouble.of(new IllegalArgumentException("no such thing"))).isEqualTo("no such thing");
  }
}
