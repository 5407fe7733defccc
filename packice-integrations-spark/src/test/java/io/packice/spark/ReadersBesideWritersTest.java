package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.TableConflictException;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two Spark sessions: one reads a table without history while the other writes it. Each version has 400 rows in four partitions, all with one value. */
class ReadersBesideWritersTest {
  private static final SparkPeer PEER = new SparkPeer();
  private static final int WRITES = 12;
  private static final String ROWS = " SELECT id, id %% 4 AS kind, CAST(%d AS BIGINT) AS v FROM range(400)";
  /** Nothing that statistics know. */
  private static final String READ = "SELECT count(*), count(DISTINCT v), count(DISTINCT id) FROM packice.t";

  private final SparkSession other = TestSpark.newSession();
  private final SparkSession spark = TestSpark.newSession();

  /** Of all tests, since what is looked up is kept for a while. */
  @AfterAll
  static void nothingIsLeft() {
    PEER.requireIdle();
    PEER.close();
  }

  @BeforeEach
  void makeTable() {
    for (SparkSession session : List.of(other, spark)) {
      SparkSession.setActiveSession(session);
      session.conf().set("spark.packice.peer", PEER.address());
      session.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
      session.conf().set("spark.packice.planning", "5s");
      session.conf().set("spark.sql.sources.partitionOverwriteMode", "dynamic");
    }
    spark.sql("CREATE OR REPLACE TABLE packice.t PARTITIONED BY (kind) AS" + ROWS.formatted(0));
  }

  /** Runs statements, one after the other, in a session of their own; conflicts are counted, any other failure is one. */
  private CompletableFuture<Long> write(String statement) {
    return CompletableFuture.supplyAsync(() -> {
      SparkSession.setActiveSession(other);
      return Stream.iterate(1, version -> version + 1).limit(WRITES)
          .filter(version -> isConflict(other, statement.formatted(version)))
          .count();
    });
  }

  private static boolean isConflict(SparkSession session, String statement) {
    try {
      session.sql(statement);
      return false;
    } catch (Exception failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof TableConflictException) {
          return true;
        }
      }
      throw failure;
    }
  }

  private List<String> query(String sql) {
    return spark.sql(sql).collectAsList().stream().map(row -> row.toSeq().mkString(" ")).toList();
  }

  private void readBeside(String statement, String... answers) {
    readBeside(statement, READ, List.of(answers));
  }

  private void readBeside(String statement, String read, List<String> answers) {
    SparkSession.setActiveSession(spark);
    CompletableFuture<Long> writes = write(statement);
    List<String> reads = new ArrayList<>();
    while (!writes.isDone()) {
      reads.addAll(query(read));
    }
    assertThat(writes.join()).as("conflicts").isZero();
    assertThat(reads).isNotEmpty().isSubsetOf(answers);
  }

  @Test
  void anOverwrite() {
    spark.conf().set("spark.sql.sources.partitionOverwriteMode", "static");
    other.conf().set("spark.sql.sources.partitionOverwriteMode", "static");
    readBeside("INSERT OVERWRITE packice.t" + ROWS, "400 1 400");
  }

  @Test
  void anotherTableOfTheName() {
    readBeside("CREATE OR REPLACE TABLE packice.t PARTITIONED BY (kind) AS" + ROWS, "400 1 400");
  }

  @Test
  void anOverwriteOfSomePartitions() {
    readBeside("INSERT OVERWRITE packice.t" + ROWS + " WHERE id %% 4 < 2", "400 1 400", "400 2 400");
  }

  @Test
  void anOverwriteOfATableOfSparksOwnCatalog() {
    spark.conf().set("spark.sql.sources.partitionOverwriteMode", "static");
    other.conf().set("spark.sql.sources.partitionOverwriteMode", "static");
    spark.sql("CREATE TABLE own USING packice OPTIONS (table 't')");
    try {
      readBeside("INSERT OVERWRITE packice.t" + ROWS, READ.replace("packice.t", "own"), List.of("400 1 400"));
    } finally {
      spark.sql("DROP TABLE own");
    }
  }

  @Test
  void anUpdate() {
    readBeside("UPDATE packice.t SET v = %d WHERE v < (SELECT max(v) + 1 FROM packice.t)", "400 1 400");
  }

  /** What a command reads of the table that it changes is there to its end, too: it may fail by a conflict, and by nothing else. */
  @Test
  void twoWhoWrite() {
    CompletableFuture<Long> writes = write("INSERT OVERWRITE packice.t" + ROWS);
    SparkSession.setActiveSession(spark);
    long updates = 0;
    while (!writes.isDone()) {
      boolean _ =
          isConflict(spark, "UPDATE packice.t SET v = v + 1 WHERE id IN (SELECT id FROM packice.t WHERE kind = 1)");
      updates++;
    }
    assertThat(writes.join()).as("conflicts of " + WRITES).isBetween(0L, (long) WRITES);
    assertThat(updates).isPositive();
    assertThat(query(READ)).allMatch(answer -> answer.startsWith("400 "));
  }
}
