package io.packice.spark.testing;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Rows as text that is equal where Spark calls values equal: zeros without a sign, maps without an order. */
public final class Canonical {
  private Canonical() {
  }

  /**
   * All rows.
   *
   * @param rows in the order that counts, or in any
   * @return one line for each
   */
  public static List<String> lines(List<Row> rows) {
    return rows.stream().map(Canonical::text).toList();
  }

  private static String text(Object value) {
    return switch (value) {
      case null -> "∅";
      case Row row -> {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < row.length(); i++) {
          fields.add(text(row.get(i)));
        }
        yield fields.toString();
      }
      case scala.collection.Map<?, ?> map -> CollectionConverters.asJava(map).entrySet().stream()
          .map(entry -> text(entry.getKey()) + "=" + text(entry.getValue())).sorted()
          .collect(Collectors.joining(",", "{", "}"));
      case scala.collection.Iterable<?> list ->
          CollectionConverters.asJavaCollection(list).stream().map(Canonical::text)
              .collect(Collectors.joining(",", "(", ")"));
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case Double number -> number == 0 ? "0.0" : number.toString();
      case Float number -> number == 0 ? "0.0" : number.toString();
      default -> value.toString();
    };
  }
}
