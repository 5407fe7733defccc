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

  @AfterAll
  static void nothingIsLeft() {
    PEER.requireIdle();
    PEER.close();
  }

  private static SparkSession session(SplittableRandom random) {
    SparkSession spark = TestSpark.newSession();
    spark.conf().set("spark.packice.peer", PEER.address());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    spark.conf().set("spark.packice.planning", "10s"); // two at once: what one has looked up the other replaces
    spark.conf().set("spark.sql.optimizer.runtime.rowLevelOperationGroupFilter.enabled", random.nextBoolean());
    spark.conf().set("spark.sql.optimizer.dynamicPartitionPruning.enabled", random.nextInt(4) > 0);
    spark.conf().set("spark.sql.optimizer.dynamicPartitionPruning.reuseBroadcastOnly", random.nextBoolean());
    spark.conf().set("spark.sql.adaptive.enabled", random.nextBoolean());
    boolean codegen = random.nextInt(8) == 0; // compiling takes longer than the rows do
    spark.conf().set("spark.sql.codegen.wholeStage", codegen);
    spark.conf().set("spark.sql.codegen.factoryMode", codegen ? "FALLBACK" : "NO_CODEGEN");
    spark.conf().set("spark.sql.sources.v2.bucketing.enabled", random.nextBoolean());
    spark.conf().set("spark.sql.autoBroadcastJoinThreshold", random.nextBoolean() ? "10MB" : "-1");
    return spark;
  }

  /** One table of Spark's beside one of DuckDB's. */
  private static final class Case implements AutoCloseable {
    private final long seed;
    private final SplittableRandom random;
    private final Rows rows;
    private final Statements statements;
    private final SparkSession spark;
    private final Duck duck = new Duck();
    private final int history;
    private final List<String> said = new ArrayList<>();

    Case(long seed) throws SQLException {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.rows = new Rows(random);
      this.statements = new Statements(random, rows);
      this.spark = session(random);
      this.history = random.nextInt(3);
      String properties = " TBLPROPERTIES ('packice.history' = '" + history + "', 'partBytes' = '"
          + (random.nextBoolean() ? "1k" : "1m") + "')";
      create("t", rows.partitioning() + properties);
      create("u", "");
      int row = 0;
      for (int inserts = random.nextInt(3); inserts >= 0; inserts--) {
        int next = row + random.nextInt(50);
        insert("t", row, next);
        row = next;
      }
      insert("u", row / 2, row / 2 + random.nextInt(20));
    }

    private void create(String table, String more) throws SQLException {
      said.add("CREATE TABLE " + table + " (" + rows.definitions() + ")" + more);
      spark.sql("CREATE TABLE packice.r." + table + " (" + rows.definitions() + ")" + more);
      duck.run("CREATE TABLE " + table + " (" + rows.definitions() + ")");
    }

    private void insert(String table, int from, int to) throws SQLException {
      if (from < to) {
        String values = rows.values(from, to);
        spark.sql("INSERT INTO packice.r." + table + " VALUES " + values);
        duck.run("INSERT INTO " + table + " VALUES " + values);
      }
    }

    private static String spark(String sql) {
      return sql.replace("$t", "packice.r.t").replace("$u", "packice.r.u").replace("$o(", "(");
    }

    private String next() {
      String statement = statements.next();
      said.add(statement);
      return statement;
    }

    private List<String> sparks(String version) {
      return spark.sql("SELECT " + rows.text() + " AS line FROM packice.r.t" + version).as(Encoders.STRING())
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
      for (int i = random.nextInt(2); i >= 0; i--) {
        long before = version();
        List<String> old = ducks("t");
        String statement = next();
        spark.sql(spark(statement));
        inDuck(statement, "t");
        assertThat(sparks("")).as(this::toString).isEqualTo(ducks("t"));
        if (history > 0 && version() > before) {
          assertThat(sparks(" VERSION AS OF " + before)).as(() -> this + ": the version before").isEqualTo(old);
        }
      }
    }

    /** Two statements at once, each of a session of its own: what is left is as if one had been behind the other. */
    void together() throws SQLException {
      String one = next();
      String other = next();
      SparkSession otherSession = session(random);
      CompletableFuture<Void> running = CompletableFuture.runAsync(() -> untilCommitted(otherSession, other));
      untilCommitted(spark, one);
      running.join();
      SparkSession.setActiveSession(spark);
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
      new ArrowTables(PEER.client()).drop("r.t");
      new ArrowTables(PEER.client()).drop("r.u");
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
          if (Math.floorMod(seed + i, 6) == 0) {
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
