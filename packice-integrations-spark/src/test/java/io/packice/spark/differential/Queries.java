package io.packice.spark.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes queries whose results do not depend on the order of rows: what is not ordered is compared without order, floats are never summed. {@code $f} and
 * {@code $d} stand for the two tables.
 */
final class Queries {
  /** A query, and whether the order of its result counts. */
  record Query(String sql, boolean isOrdered) {
  }

  private static final List<String> NUMBERS = List.of("id", "i", "l", "sm", "ti", "dec", "d32", "d64", "k");
  private static final List<String> EXACT = List.of("id", "i", "l", "sm", "ti", "dec", "k");
  private static final List<String> TEXTS = List.of("s", "cat");
  private static final List<String> TIMES = List.of("day", "ts", "ntz");
  private static final List<String> ALL = List.of("id", "i", "l", "sm", "ti", "dec", "d32", "d64", "k", "s", "cat",
      "day", "ts", "ntz", "flag", "bin", "arr", "st", "st.a", "st.b", "m", "st.deep.x");
  private static final List<String> KEYS = List.of("k", "cat", "flag", "i % 5", "day", "length(s)", "d64", "st.a");
  private static final List<String> ORDERS = List.of("", " DESC", " NULLS LAST", " DESC NULLS FIRST");

  private final SplittableRandom random;

  Queries(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String some(List<String> from, int most) {
    return IntStream.range(0, 1 + random.nextInt(most)).mapToObj(_ -> pick(from)).distinct()
        .collect(Collectors.joining(", "));
  }

  private String literal(String column) {
    return switch (column) {
      case "id" -> Integer.toString(random.nextInt(-100, 6_100));
      case "k" -> Integer.toString(random.nextInt(-1, 45));
      case "i" -> Integer.toString(random.nextInt(-1_100, 1_100));
      case "l" -> random.nextInt(-1_100, 1_100) + "000000007";
      case "sm" -> Integer.toString(random.nextInt(-310, 310));
      case "ti" -> Integer.toString(random.nextInt(-128, 128));
      case "dec" -> random.nextInt(-600, 600) + "." + random.nextInt(10, 99);
      case "d32", "d64" -> {
        String number = random.nextInt(-300, 300) + ".5";
        String type = column.equals("d32") ? "FLOAT" : "DOUBLE";
        yield "CAST(" + pick(List.of(number, number, number, "'NaN'", "'Infinity'", "0.0", "'-0.0'")) + " AS " + type
            + ")";
      }
      case "s" -> "'text " + random.nextInt(0, 1_000) + "'";
      case "cat" -> "'c" + random.nextInt(0, 12) + "'";
      case "day" -> "DATE'2020-01-01' + " + random.nextInt(-10, 600);
      case "ts" -> "TIMESTAMP'2020-01-01 00:00:00' + INTERVAL '" + random.nextInt(-100, 6_100) + "' MINUTE";
      case "ntz" -> "TIMESTAMP_NTZ'2020-01-01 00:00:00' + INTERVAL '" + random.nextInt(-100, 6_100) + "' HOUR";
      default -> throw new IllegalArgumentException(column);
    };
  }

  private String comparable() {
    return switch (random.nextInt(4)) {
      case 0, 1 -> pick(NUMBERS);
      case 2 -> pick(TIMES);
      default -> pick(TEXTS);
    };
  }

  private String leaf() {
    String column = comparable();
    return switch (random.nextInt(14)) {
      case 0 -> pick(ALL) + " IS NULL";
      case 1 -> pick(ALL) + " IS NOT NULL";
      case 2 -> column + " IN (" + literal(column) + ", " + literal(column) + ", " + literal(column) + ")";
      case 3 -> column + " NOT IN (" + literal(column) + ", " + literal(column) + ")";
      case 4 -> column + " BETWEEN " + literal(column) + " AND " + literal(column);
      case 5 -> column + " <=> " + literal(column);
      case 6 -> literal(column) + pick(List.of(" < ", " >= ", " = ", " <> ")) + column;
      case 7 -> pick(List.of("id % 7 = 3", "length(s) > 7", "s LIKE '%7%'", "s LIKE 'text 1%'", "flag", "NOT flag",
          "st.a > 50", "st.deep.x = 3", "size(arr) > 2", "m['a'] = 1", "isnan(d64)", "hour(ts) = 5", "get(arr, 0) > 10",
          "i > sm", "month(day) = 3", "bin > X'32'", "id IN (1, NULL, 77)"));
      default -> column + pick(List.of(" = ", " < ", " <= ", " > ", " >= ", " <> ")) + literal(column);
    };
  }

  private String condition(int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(7)) {
      case 0, 1 -> "(" + condition(depth - 1) + " AND " + condition(depth - 1) + ")";
      case 2 -> "(" + condition(depth - 1) + " OR " + condition(depth - 1) + ")";
      case 3 -> "NOT (" + condition(depth - 1) + ")";
      default -> leaf();
    };
  }

  private String where() {
    return random.nextInt(5) == 0 ? "" : " WHERE " + condition(2);
  }

  private String aggregate() {
    return switch (random.nextInt(10)) {
      case 0, 1 -> "count(*)";
      case 2 -> "count(" + pick(ALL) + ")";
      case 3 -> "min(" + comparable() + ")";
      case 4 -> "max(" + comparable() + ")";
      case 5 -> "sum(" + pick(EXACT) + ")";
      case 6 -> "count(DISTINCT " + comparable() + ")";
      case 7 -> "sort_array(collect_set(" + pick(List.of("cat", "k", "flag")) + "))";
      case 8 -> "avg(" + pick(List.of("i", "sm", "dec")) + ")";
      default -> "max(size(arr))";
    };
  }

  private String aggregates() {
    List<String> aggregates = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      aggregates.add(aggregate() + " AS a" + i);
    }
    return String.join(", ", aggregates);
  }

  Query next() {
    return switch (random.nextInt(16)) {
      case 0 -> new Query("SELECT * FROM $f" + where(), false);
      case 1 -> new Query("SELECT " + some(ALL, 6) + " FROM $f" + where(), false);
      case 2 -> new Query("SELECT " + aggregates() + " FROM $f" + where(), false);
      case 3, 4 -> {
        String key = pick(KEYS);
        yield new Query("SELECT " + key + " AS g, " + aggregates() + " FROM $f" + where() + " GROUP BY " + key
            + pick(List.of("", " HAVING count(*) > 3")), false);
      }
      case 5, 6 -> join();
      case 7 -> window();
      case 8 -> new Query("SELECT id, e FROM $f LATERAL VIEW " + pick(List.of("", "OUTER "))
          + "explode(arr) t AS e" + where(), false);
      case 9 -> new Query("SELECT id, key, value FROM $f LATERAL VIEW explode(m) t AS key, value" + where(), false);
      case 10 -> subquery();
      case 11 -> limited();
      case 12 -> new Query("SELECT DISTINCT " + some(List.of("k", "cat", "flag", "day", "d64", "st"), 3) + " FROM $f"
          + where(), false);
      case 13 -> new Query("SELECT id, s FROM $f" + where() + pick(List.of(" UNION ALL ", " EXCEPT ", " INTERSECT "))
          + "SELECT id, s FROM $f" + where(), false);
      case 14 -> new Query("SELECT count(*) FROM (SELECT * FROM $f" + where() + " LIMIT " + random.nextInt(0, 7_000)
          + " OFFSET " + random.nextInt(0, 3_000) + ")", false);
      default ->
          new Query("SELECT " + some(KEYS.subList(0, 3), 3) + ", " + "count(*) AS c, sum(i) AS t FROM $f" + where()
              + " GROUP BY ROLLUP(k, cat, flag)", false);
    };
  }

  private Query join() {
    String kind = pick(List.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"));
    String hint = pick(List.of("", "", "/*+ BROADCAST(d) */ ", "/*+ MERGE(d) */ ", "/*+ SHUFFLE_HASH(d) */ "));
    String dimension = "(SELECT k AS dk, name, weight FROM $d WHERE " + pick(List.of("weight > 20", "name IS NOT NULL",
        "k < " + random.nextInt(50), "k BETWEEN 5 AND 9", "weight IS NULL", "true")) + ") d";
    boolean isOneSided = kind.contains("SEMI") || kind.contains("ANTI");
    return new Query("SELECT " + hint + (isOneSided ? "f.*" : "f.id, f.s, d.name, d.weight") + " FROM (SELECT * FROM $f"
        + where() + ") f " + kind + " " + dimension + " ON f.k = d.dk", false);
  }

  private Query window() {
    String function = pick(List.of("row_number()", "rank()", "lag(i) ", "sum(l)", "max(s)", "count(d64)", "first(id)"));
    String frame = function.startsWith("sum") || function.startsWith("max") || function.startsWith("count")
        ? pick(List.of("", " ROWS BETWEEN 3 PRECEDING AND CURRENT ROW"))
        : "";
    return new Query("SELECT id, " + function + " OVER (PARTITION BY " + pick(List.of("k", "cat", "flag", "d32"))
        + " ORDER BY id" + pick(List.of("", " DESC")) + frame + ") AS w FROM $f" + where(), false);
  }

  private Query subquery() {
    return new Query("SELECT id, i, s FROM $f WHERE " + pick(List.of(
        "k IN (SELECT k FROM $d WHERE weight > " + random.nextInt(100) + ")",
        "k NOT IN (SELECT k FROM $d WHERE k IS NOT NULL AND weight < 50)",
        "EXISTS (SELECT 1 FROM $d WHERE $d.k = $f.k AND name LIKE '%1%')",
        "i > (SELECT avg(weight) FROM $d)",
        "id > (SELECT max(id) - " + random.nextInt(500) + " FROM $f)",
        "l = (SELECT min(l) FROM $f" + where() + ")")) + " AND " + condition(1), false);
  }

  private Query limited() {
    String limit = " LIMIT " + random.nextInt(0, 300) + (random.nextBoolean() ? " OFFSET " + random.nextInt(200) : "");
    return new Query("SELECT " + some(ALL, 4) + ", id AS last FROM $f" + where() + " ORDER BY " + pick(List.of("",
        comparable() + pick(ORDERS) + ", ")) + "id" + pick(List.of("", " DESC")) + limit, true);
  }
}
