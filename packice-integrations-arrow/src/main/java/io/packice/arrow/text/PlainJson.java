package io.packice.arrow.text;

import java.math.BigDecimal;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Plain values as JSON: decimals with all their digits, as text has them, and not as {@code 0E-10}. */
final class PlainJson {
  /** Beyond so many zeros an exponent says it. */
  private static final int MOST_ZEROS = 1_000;

  static final JsonMapper MAPPER = JsonMapper.builder().addModule(
      new SimpleModule().addSerializer(BigDecimal.class, new ValueSerializer<BigDecimal>() {
        @Override
        public void serialize(BigDecimal value, JsonGenerator to, SerializationContext context) {
          to.writeNumber(digits(value));
        }
      })).build();

  private PlainJson() {
  }

  /** All digits of a decimal, unless it is of a type whose scale makes more zeros than anybody wants to read. */
  static String digits(BigDecimal decimal) {
    return Math.abs((long) decimal.scale()) <= MOST_ZEROS ? decimal.toPlainString() : decimal.toString();
  }
}
