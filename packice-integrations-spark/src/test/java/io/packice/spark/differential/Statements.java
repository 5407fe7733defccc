package io.packice.spark.differential;

import io.packice.spark.differential.Rows.Column;
import io.packice.spark.differential.Rows.Kind;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Makes DELETE, UPDATE and MERGE that Spark and DuckDB understand alike. {@code $t} stands for the table that is changed, {@code $u} for another one with the same
 * columns, in which no id is there twice, {@code $o(…)} for a condition of MERGE about the table that is changed alone.
 */
final class Statements {
  private static final List<String> COMPARISONS = List.of(" = ", " <> ", " < ", " <= ", " > ", " >= ");

  private final SplittableRandom random;
  private final Rows rows;

  Statements(SplittableRandom random, Rows rows) {
    this.random = random;
    this.rows = rows;
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private Column column(Predicate<Column> wanted) {
    List<Column> some = rows.columns().stream().filter(wanted).toList();
    return some.get(random.nextInt(some.size()));
  }

  /** About one column of a table with an alias. */
  private String leaf(String alias) {
    Column column = rows.any();
    Kind kind = column.kind();
    String name = alias + "." + column.name();
    return switch (random.nextInt(9)) {
      case 0 -> name + " IS NULL";
      case 1 -> name + " IN (" + rows.literal(kind) + ", " + rows.literal(kind) + ")";
      case 2 -> name + " NOT IN (" + rows.literal(kind) + ", " + rows.literal(kind) + ")";
      case 3 -> name + " BETWEEN " + rows.literal(kind) + " AND " + rows.literal(kind);
      case 4 -> switch (kind) {
        case LONG, INT -> name + " % 3 = 1";
        case TEXT -> name + " LIKE '" + (char) ('a' + random.nextInt(5)) + "%'";
        case FLAG -> random.nextBoolean() ? name : "NOT " + name;
        case DECIMAL, DOUBLE -> name + " + 1 > " + rows.literal(kind);
        case DATE -> "month(" + name + ") = 11";
      };
      default -> name + pick(COMPARISONS) + rows.literal(kind);
    };
  }

  private String subquery() {
    Column same = rows.any();
    Column number = column(column -> column.kind().isNumber());
    String table = pick(List.of("$t", "$u"));
    return switch (random.nextInt(9)) {
      case 0, 1 ->
          "o." + same.name() + " IN (SELECT i." + same.name() + " FROM " + table + " AS i WHERE " + leaf("i") + ")";
      case 2 -> "o." + same.name() + " NOT IN (SELECT i." + same.name() + " FROM " + table + " AS i WHERE " + leaf("i")
          + ")";
      case 3, 4 -> "EXISTS (SELECT 1 FROM " + table + " AS i WHERE i." + same.name() + " = o." + same.name() + " AND "
          + leaf("i") + ")";
      case 5 -> "NOT EXISTS (SELECT 1 FROM " + table + " AS i WHERE i." + same.name() + " = o." + same.name() + " AND "
          + leaf("i") + ")";
      case 6 -> "EXISTS (SELECT 1 FROM " + table + " AS i WHERE " + leaf("i") + ")";
      case 7 -> "o." + number.name() + pick(COMPARISONS) + "(SELECT " + pick(List.of("min", "max")) + "(i."
          + number.name() + ") FROM " + table + " AS i WHERE " + leaf("i") + ")";
      default -> "(SELECT count(*) FROM " + table + " AS i WHERE " + leaf("i") + ") > " + random.nextInt(20);
    };
  }

  /** Over the table that is changed, as {@code o}. */
  private String condition() {
    return switch (random.nextInt(12)) {
      case 0 -> pick(List.of("o.id < -1", "false", "o.id IS NULL AND o.id = 3", "o.id > 100000"));
      case 1 -> pick(List.of("true", "o.id >= 0 OR o.id IS NULL", "o.id IS NULL OR o.id < 100000"));
      case 2, 3, 4 -> subquery();
      case 5 -> subquery() + " AND " + leaf("o");
      case 6 -> leaf("o") + " OR " + leaf("o");
      case 7 -> leaf("o") + " AND " + leaf("o");
      case 8 -> "NOT (" + leaf("o") + " OR " + leaf("o") + ")";
      default -> leaf("o");
    };
  }

  private String changed(Column column) {
    return switch (column.kind()) {
      case INT, LONG, DECIMAL, DOUBLE -> random.nextBoolean() ? rows.literal(column.kind()) : "o." + column.name();
      case TEXT -> "substring(o." + column.name() + " || 'z', 1, 4)";
      case FLAG -> "NOT o." + column.name();
      case DATE -> random.nextBoolean() ? rows.literal(Kind.DATE) : "CAST(NULL AS DATE)";
    };
  }

  private String assignments(String from) {
    Column one = rows.any();
    Column other = rows.any();
    String first = one.name() + " = " + (from.isEmpty() ? changed(one) : from + one.name());
    return one.equals(other) || random.nextBoolean() ? first : first + ", " + other.name() + " = " + changed(other);
  }

  private String and(String alias) {
    return random.nextBoolean() ? "" : " AND " + leaf(alias);
  }

  private String merge() {
    String key = random.nextInt(3) > 0 ? "id" : column(column -> column.kind() == Kind.LONG).name();
    String clauses = switch (random.nextInt(5)) {
      case 0 -> " WHEN MATCHED THEN DELETE";
      case 1 -> ""; // to Spark an append
      case 2 -> " WHEN MATCHED AND " + leaf("o") + " THEN DELETE WHEN MATCHED THEN UPDATE SET " + assignments("s.");
      default -> " WHEN MATCHED" + and("s") + " THEN UPDATE SET " + assignments("s.");
    };
    if (clauses.isEmpty() || random.nextBoolean()) {
      clauses += " WHEN NOT MATCHED" + and("s") + " THEN INSERT (" + rows.names() + ") VALUES ("
          + rows.columns().stream().map(column -> "s." + column.name()).collect(Collectors.joining(", ")) + ")";
    }
    if (random.nextInt(3) == 0) {
      clauses += " WHEN NOT MATCHED BY SOURCE" + and("o") + " THEN "
          + (random.nextBoolean() ? "DELETE" : "UPDATE SET " + assignments(""));
    }
    return "MERGE INTO $t AS o USING (SELECT * FROM $u AS i" + (random.nextBoolean() ? "" : " WHERE " + leaf("i"))
        + ") AS s ON o." + key + " = s.id"
        + (random.nextBoolean() ? "" : " AND $o(" + leaf("o") + ")") + clauses;
  }

  String next() {
    return switch (random.nextInt(3)) {
      case 0 -> "DELETE FROM $t AS o WHERE " + condition();
      case 1 -> "UPDATE $t AS o SET " + assignments("") + " WHERE " + condition();
      default -> merge();
    };
  }
}
