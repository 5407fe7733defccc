package io.packice.spark.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The columns of a random table and values for them, written so that Spark and DuckDB read the same of them. */
final class Rows {
  /** What a column may hold; few values, so that conditions find some. */
  enum Kind {
    LONG("BIGINT"), INT("INT"), TEXT("STRING"), DATE("DATE"), DECIMAL("DECIMAL(8, 2)"), DOUBLE("DOUBLE"),
    FLAG("BOOLEAN");

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    boolean isInteger() {
      return this == LONG || this == INT;
    }

    boolean isNumber() {
      return isInteger() || this == DECIMAL || this == DOUBLE;
    }
  }

  /** A column. */
  record Column(String name, Kind kind) {
  }

  private static final int DOMAIN = 40;

  private final SplittableRandom random;
  private final List<Column> columns = new ArrayList<>();

  Rows(SplittableRandom random) {
    this.random = random;
    columns.add(new Column("id", Kind.LONG));
    int more = random.nextInt(1, 6);
    for (int i = 0; i < more; i++) {
      columns.add(new Column("c" + i, Kind.values()[random.nextInt(Kind.values().length)]));
    }
  }

  List<Column> columns() {
    return columns;
  }

  Column any() {
    return columns.get(random.nextInt(columns.size()));
  }

  String names() {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }

  /** As CREATE TABLE wants them; both know the names of the types. */
  String definitions() {
    return columns.stream().map(column -> column.name() + " " + column.kind().type)
        .collect(Collectors.joining(", "));
  }

  /** All of a row as one text. */
  String text() {
    return columns.stream().map(column -> "coalesce(CAST(" + column.name() + " AS STRING), 'null')")
        .collect(Collectors.joining(" || ' ' || "));
  }

  /** Of exactly the type, as conditions need it. */
  String literal(Kind kind) {
    String plain = plain(kind);
    return switch (kind) {
      case LONG, DECIMAL, DOUBLE -> "CAST(" + plain + " AS " + kind.type + ")";
      default -> plain;
    };
  }

  private String plain(Kind kind) {
    int value = random.nextInt(DOMAIN);
    return switch (kind) {
      case LONG, INT -> Integer.toString(value);
      case TEXT -> "'" + (char) ('a' + value % 5) + value % 7 + "'";
      case DATE -> "DATE '2020-" + (10 + value % 3) + "-" + (10 + value % 15) + "'";
      case DECIMAL -> value + "." + value % 4 * 25;
      case DOUBLE -> value + ".5";
      case FLAG -> value % 2 == 0 ? "true" : "false";
    };
  }

  /** As INSERT casts it, which is parsed in much less time. */
  private String value(Column column, int row) {
    if (column.name().equals("id")) {
      return random.nextInt(30) == 0 ? "NULL" : Integer.toString(row);
    }
    return random.nextInt(8) == 0 ? "NULL" : plain(column.kind());
  }

  /** Rows for INSERT, the first column numbered. */
  String values(int from, int to) {
    return IntStream.range(from, to).mapToObj(row -> columns.stream().map(column -> value(column, row))
        .collect(Collectors.joining(", ", "(", ")"))).collect(Collectors.joining(", "));
  }

  /** What the table is partitioned by; empty if by nothing. */
  String partitioning() {
    List<String> by = new ArrayList<>();
    for (Column column : columns) {
      if (random.nextInt(3) == 0 && column.kind() != Kind.DOUBLE) { // which nothing is partitioned by
        by.add(switch (column.kind()) {
          case LONG, INT -> column.name().equals("id") || random.nextBoolean()
              ? "bucket(3, " + column.name() + ")"
              : "truncate(10, " + column.name() + ")";
          case TEXT -> random.nextBoolean() ? column.name() : "truncate(1, " + column.name() + ")";
          case DATE -> random.nextBoolean() ? "months(" + column.name() + ")" : column.name();
          default -> column.name();
        });
      }
    }
    List<String> some = by.subList(0, Math.min(2, by.size()));
    return some.isEmpty() ? "" : " PARTITIONED BY (" + String.join(", ", some) + ")";
  }
}
