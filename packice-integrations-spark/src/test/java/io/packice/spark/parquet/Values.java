package io.packice.spark.parquet;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.Row;

/** What is in a row of Spark's and in one of ours, in a form that can be compared. */
final class Values {
  private Values() {
  }

  static Object of(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    return switch (vector) {
      case ListVector list -> { // a map's entries are structs of two
        List<Object> values = new ArrayList<>();
        for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
          values.add(of(list.getDataVector(), i));
        }
        yield list instanceof MapVector ? sorted(values) : values;
      }
      case StructVector struct -> {
        List<Object> values = new ArrayList<>();
        struct.getChildrenFromFields().forEach(child -> values.add(of(child, row)));
        yield values;
      }
      case TimeStampVector micros -> micros.get(row);
      case DateDayVector days -> (long) days.get(row);
      default -> plain(vector.getObject(row));
    };
  }

  static List<Object> of(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      values.add(of(row.get(i)));
    }
    return values;
  }

  private static Object of(Object value) {
    return switch (value) {
      case null -> null;
      case Row row -> of(row);
      case scala.collection.Map<?, ?> map -> {
        List<Object> entries = new ArrayList<>();
        scala.jdk.javaapi.CollectionConverters.asJava(map).forEach((key, of) -> {
          List<Object> entry = new ArrayList<>();
          entry.add(of(key));
          entry.add(of(of));
          entries.add(entry);
        });
        yield sorted(entries);
      }
      case scala.collection.Iterable<?> list -> {
        List<Object> values = new ArrayList<>();
        scala.jdk.javaapi.CollectionConverters.asJava(list).forEach(element -> values.add(of(element)));
        yield values;
      }
      case LocalDate date -> date.toEpochDay();
      case Instant instant -> ChronoUnit.MICROS.between(Instant.EPOCH, instant);
      case LocalDateTime local -> ChronoUnit.MICROS.between(Instant.EPOCH, local.toInstant(ZoneOffset.UTC));
      default -> plain(value);
    };
  }

  /** Spark's maps have no order of their own. */
  private static List<Object> sorted(List<Object> entries) {
    entries.sort(java.util.Comparator.comparing(String::valueOf));
    return entries;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case BigDecimal decimal -> decimal.toPlainString();
      case Float number -> (double) number;
      case Double number -> number;
      case Number number -> number.longValue();
      case Boolean truth -> truth;
      default -> value.toString();
    };
  }
}
