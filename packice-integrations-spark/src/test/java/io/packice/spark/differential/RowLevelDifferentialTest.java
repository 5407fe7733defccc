package io.packice.spark.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ArrowTables;
import io.packice.spark.PackiceCatalog;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * DELETE, UPDATE and MERGE leave what DuckDB leaves after the same statements. Each case has a seed of its own, one more than the one before: a long run is divided
 * by {@code -Dpackice.seed} (the first) and {@code -Dpackice.cases} (how many).
 */
class RowLevelDifferentialTest {
  private static final SparkPeer PEER = new SparkPeer();
  private static final String CONFLICT = "run it again";
  private static final int MOST_ATTEMPTS = 30;
  private static final int OF_TWO_AT_ONCE = 6;
  /** Making one takes as long as a case. */
  private static final SparkSession SPARK = TestSpark.newSession();
  private static final SparkSession OTHER = TestSpark.newSession();

  @AfterAll
  static void nothingIsLeft() {
    PEER.requireIdle();
    PEER.close();
  }

  private static void configure(SparkSession spark, SplittableRandom random, boolean isAlone) {
    spark.conf().set("spark.packice.peer", PEER.address());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    spark.conf().set("spark.packice.planning", isAlone ? "0s" : "5s"); // what one has looked up the other replaces
    spark.conf().set("spark.sql.leafNodeDefaultParallelism", 1);
    spark.conf().set("spark.sql.shuffle.partitions", random.nextInt(4) == 0 ? 2 : 1);
    spark.conf().set("spark.sql.optimizer.runtime.rowLevelOperationGroupFilter.enabled", random.nextBoolean());
    spark.conf().set("spark.sql.optimizer.dynamicPartitionPruning.enabled", random.nextInt(4) > 0);
    spark.conf().set("spark.sql.optimizer.dynamicPartitionPruning.reuseBroadcastOnly", random.nextBoolean());
    spark.conf().set("spark.sql.adaptive.enabled", random.nextBoolean());
    boolean codegen = random.nextInt(8) == 0; // compiling takes longer than the rows do
    spark.conf().set("spark.sql.codegen.wholeStage", codegen);
    spark.conf().set("spark.sql.codegen.factoryMode", codegen ? "FALLBACK" : "NO_CODEGEN");
    spark.conf().set("spark.sql.sources.v2.bucketing.enabled", random.nextBoolean());
    spark.conf().set("spark.sql.autoBroadcastJoinThreshold", random.nextBoolean() ? "10MB" : "-1");
  }

  /** One table of Spark's beside one of DuckDB's. */
  private static final class Case implements AutoCloseable {
    private final long seed;
    private final SplittableRandom random;
    private final Rows rows;
    private final List<String> statements;
    private final Duck duck = new Duck();
    private final int history;
    private final List<String> tables = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    Case(long seed) throws SQLException {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.rows = new Rows(random);
      boolean isAlone = !isOfTwo();
      this.statements = Stream.generate(new Statements(random, rows)::next)
          .limit(isAlone ? 1 + random.nextInt(2) : 2).toList();
      configure(SPARK, random, isAlone);
      configure(OTHER, random, isAlone);
      SparkSession.setActiveSession(SPARK);
      this.history = random.nextInt(3);
      String properties = " TBLPROPERTIES ('packice.history' = '" + history + "', 'partBytes' = '"
          + (random.nextBoolean() ? "1k" : "1m") + "')";
      create("t", rows.partitioning() + properties);
      int row = 0;
      for (int inserts = random.nextInt(3); inserts >= 0; inserts--) {
        int next = row + random.nextInt(50);
        insert("t", row, next);
        row = next;
      }
      if (statements.stream().anyMatch(statement -> statement.contains("$u"))) {
        create("u", "");
        insert("u", row / 2, row / 2 + random.nextInt(20));
      }
    }

    boolean isOfTwo() {
      return Math.floorMod(seed, OF_TWO_AT_ONCE) == 0;
    }

    private void create(String table, String more) throws SQLException {
      said.add("CREATE TABLE " + table + " (" + rows.definitions() + ")" + more);
      SPARK.sql("CREATE TABLE packice.r." + table + " (" + rows.definitions() + ")" + more);
      tables.add(table);
      duck.run("CREATE TABLE " + table + " (" + rows.definitions() + ")");
    }

    private void insert(String table, int from, int to) throws SQLException {
      if (from < to) {
        String values = rows.values(from, to);
        SPARK.sql("INSERT INTO packice.r." + table + " VALUES " + values);
        duck.run("INSERT INTO " + table + " VALUES " + values);
      }
    }

    private static String spark(String sql) {
      return sql.replace("$t", "packice.r.t").replace("$u", "packice.r.u").replace("$o(", "(");
    }

    private List<String> sparks(String version) {
      return SPARK.sql("SELECT " + rows.text() + " AS line FROM packice.r.t" + version).as(Encoders.STRING())
          .collectAsList().stream().sorted().toList();
    }

    private List<String> ducks(String table) throws SQLException {
      return duck.lines("SELECT " + rows.text() + " FROM " + table);
    }

    /** DuckDB 1.4.1 fails where a condition of MERGE has columns of one table alone; where an id of the other is found, it is not null. */
    private void inDuck(String statement, String table) throws SQLException {
      duck.run(statement.replace("$t", table).replace("$u", "u").replace("$o(", "(s.id IS NOT NULL) = ("));
    }

    private long version() {
      return new ArrowTables(PEER.client()).describe("r.t").version();
    }

    /** One statement behind the other. */
    void alone() throws SQLException {
      for (String statement : statements) {
        said.add(statement);
        long before = version();
        List<String> old = ducks("t");
        SPARK.sql(spark(statement));
        inDuck(statement, "t");
        assertThat(sparks("")).as(this::toString).isEqualTo(ducks("t"));
        if (history > 0 && version() > before) {
          assertThat(sparks(" VERSION AS OF " + before)).as(() -> this + ": the version before").isEqualTo(old);
        }
      }
    }

    /** Two statements at once, each of a session of its own: what is left is as if one had been behind the other. */
    void together() throws SQLException {
      said.addAll(statements);
      String one = statements.getFirst();
      String other = statements.getLast();
      CompletableFuture<Void> running = CompletableFuture.runAsync(() -> untilCommitted(OTHER, other));
      untilCommitted(SPARK, one);
      running.join();
      duck.run("CREATE TABLE w AS SELECT * FROM t");
      inDuck(one, "t");
      inDuck(other, "t");
      inDuck(other, "w");
      inDuck(one, "w");
      assertThat(sparks("")).as(this::toString).isIn(ducks("t"), ducks("w"));
    }

    private static void untilCommitted(SparkSession session, String statement) {
      SparkSession.setActiveSession(session);
      for (int attempt = 1;; attempt++) {
        try {
          session.sql(spark(statement));
          return;
        } catch (Exception conflict) {
          boolean isConflict = Stream.<Throwable>iterate(conflict, Objects::nonNull, Throwable::getCause)
              .anyMatch(cause -> String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains(CONFLICT));
          if (!isConflict || attempt == MOST_ATTEMPTS) {
            throw conflict;
          }
        }
      }
    }

    @Override
    public String toString() {
      return "-Dpackice.seed=" + seed + " -Dpackice.cases=1: " + String.join("; ", said);
    }

    @Override
    public void close() throws SQLException {
      tables.forEach(table -> new ArrowTables(PEER.client()).drop("r." + table));
      duck.close();
    }
  }

  private static void compare(int usual) throws SQLException {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    int cases = Integer.getInteger("packice.cases", usual);
    System.out.println("RowLevelDifferentialTest: -Dpackice.seed=" + seed + " -Dpackice.cases=" + cases);
    for (int i = 0; i < cases; i++) {
      try (Case one = new Case(seed + i)) {
        try {
          if (one.isOfTwo()) {
            one.together();
          } else {
            one.alone();
          }
        } catch (Exception | AssertionError failure) {
          throw new AssertionError("Cannot run " + one, failure);
        }
      }
    }
  }

  @Test
  void whatIsLeftIsWhatDuckDbLeaves() throws SQLException {
    compare(60);
  }

  @Test
  @Tag("nightly")
  void whatIsLeftIsWhatDuckDbLeavesInManyCases() throws SQLException {
    compare(2_000);
  }
}
