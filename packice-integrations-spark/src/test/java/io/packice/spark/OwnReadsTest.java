package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableConflictException;
import io.packice.arrow.TableWriter;
import io.packice.spark.testing.MeddledCatalog;
import io.packice.spark.testing.SparkTest;
import io.packice.spark.testing.TestSpark;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What writes a table by its own rows has read the version that it replaces, or fails: whenever somebody else appends a row. */
class OwnReadsTest extends SparkTest {
  private static final int ROWS = 10;
  private static final long NEW = 100;
  private static final int MOST_LOOKUPS = 20;

  private SparkSession other;

  @BeforeEach
  void configure() {
    other = TestSpark.newSession();
    for (SparkSession session : List.of(other, spark)) {
      SparkSession.setActiveSession(session);
      session.conf().set("spark.packice.peer", peer.address());
      session.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
      session.conf().set("spark.sql.catalog.meddled", MeddledCatalog.class.getName());
    }
  }

  private void append() {
    SparkSession.setActiveSession(other);
    other.sql("INSERT INTO packice.t VALUES (" + NEW + ")");
  }

  private static boolean isConflict(Throwable failure) {
    return failure != null && (failure instanceof TableConflictException || isConflict(failure.getCause()));
  }

  /** Runs something again and again, and has a row appended after its first lookup, after its second, and so on. */
  private void meddle(String name, Runnable write) {
    boolean isDone = false;
    int conflicts = 0;
    for (int lookup = 1; !isDone; lookup++) {
      assertThat(lookup).isLessThan(MOST_LOOKUPS);
      spark.sql("CREATE OR REPLACE TABLE packice.t AS SELECT id FROM range(0, " + ROWS + ", 1, 1)");
      MeddledCatalog.after(lookup, this::append);
      try {
        write.run();
      } catch (Exception conflict) {
        assertThat(isConflict(conflict)).as("%s after lookup %d: %s", name, lookup, conflict).isTrue();
        conflicts++;
      }
      isDone = !MeddledCatalog.hasMeddled();
      MeddledCatalog.after(Integer.MAX_VALUE, () -> {
      });
      if (!isDone) {
        assertThat(query("SELECT count(*), count(DISTINCT id), count_if(id = " + NEW + ") FROM packice.t"))
            .as("%s after lookup %d", name, lookup).containsExactly(ROWS + 1 + " " + (ROWS + 1) + " 1");
      }
    }
    assertThat(conflicts).as(name).isLessThan(MOST_LOOKUPS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INSERT OVERWRITE meddled.t SELECT id FROM meddled.t",
      "CREATE OR REPLACE TABLE meddled.t AS SELECT id FROM meddled.t",
      "UPDATE meddled.t SET id = id + 0 WHERE id IN (SELECT id FROM meddled.t)"})
  void noRowIsLostOrThereTwice(String statement) {
    meddle(statement, () -> spark.sql(statement));
  }

  @Test
  void norByFrames() {
    meddle("overwrite", () -> {
      try {
        spark.table("meddled.t").writeTo("meddled.t").overwrite(functions.lit(true));
      } catch (org.apache.spark.sql.catalyst.analysis.NoSuchTableException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  /** To Spark an append; of two who each insert what is not there one must see the other's. */
  @ParameterizedTest
  @ValueSource(strings = {
      "MERGE INTO meddled.t t USING (SELECT 100L AS id) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT *",
      "INSERT INTO meddled.t SELECT id FROM VALUES (100L) AS s(id) WHERE NOT EXISTS (SELECT 1 FROM meddled.t t WHERE t.id = s.id)"})
  void whatIsInsertedIfItIsNotThereIsThereOnce(String statement) {
    meddle(statement, () -> spark.sql(statement));
  }

  @Test
  void anAppendOfItsOwnRowsMindsNobody() {
    spark.sql("CREATE TABLE packice.t AS SELECT id FROM range(0, 10, 1, 1)");
    MeddledCatalog.after(1, this::append);
    spark.sql("INSERT INTO meddled.t SELECT id + 1000 FROM meddled.t");
    assertThat(MeddledCatalog.hasMeddled()).isTrue();
    assertThat(query("SELECT count(*) FROM packice.t WHERE id < 1000")).containsExactly("11");
  }

  /** A program without Spark, so that nothing tells this one's cache. */
  private void appendElsewhere() {
    ArrowTables tables = new ArrowTables(peer.client());
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot row = VectorSchemaRoot.create(tables.describe("t").plainSchema(), allocator);
        TableWriter writer = tables.append("t")) {
      ((BigIntVector) row.getVector("id")).setSafe(0, NEW);
      row.setRowCount(1);
      writer.write(row);
      writer.commit();
    }
  }

  @Test
  void whatIsCachedDoesNotTakeThePlaceOfLaterRows() {
    spark.sql("CREATE TABLE packice.t AS SELECT id FROM range(0, 10, 1, 1)");
    spark.sql("CACHE TABLE packice.t");
    try {
      assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("10");
      appendElsewhere();
      for (String statement : List.of("INSERT OVERWRITE packice.t SELECT id FROM packice.t",
          "CREATE OR REPLACE TABLE packice.t AS SELECT id FROM packice.t")) {
        try {
          spark.sql(statement);
        } catch (Exception conflict) {
          assertThat(isConflict(conflict)).isTrue();
        }
        assertThat(spark.read().format("packice").option("peer", peer.address()).load("t").count()).as(statement)
            .isIn(10L, 11L);
        assertThat(new ArrowTables(peer.client()).describe("t").rowCount()).as(statement).isEqualTo(11);
      }
    } finally {
      spark.catalog().clearCache();
    }
  }

  @Test
  void norDoesACachedFrame() throws Exception {
    spark.sql("CREATE TABLE packice.t AS SELECT id FROM range(0, 10, 1, 1)");
    Dataset<Row> cached = spark.table("packice.t").where("id + 0 >= 0").cache();
    try {
      assertThat(cached.count()).isEqualTo(10);
      appendElsewhere();
      try {
        cached.writeTo("packice.t").overwrite(functions.lit(true));
      } catch (RuntimeException conflict) {
        assertThat(isConflict(conflict)).as("%s", conflict).isTrue();
      }
      assertThat(new ArrowTables(peer.client()).describe("t").rowCount()).isEqualTo(11);
    } finally {
      spark.catalog().clearCache();
    }
  }

  @Test
  void anEarlierVersionThatIsAskedForMayTakeThePlaceOfTheLast() {
    spark.sql("CREATE TABLE packice.t TBLPROPERTIES ('packice.history' = '9') AS SELECT id FROM range(0, 10, 1, 1)");
    spark.sql("DELETE FROM packice.t WHERE id < 5");
    spark.sql("INSERT OVERWRITE packice.t SELECT * FROM packice.t VERSION AS OF 1");
    assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("10");
    spark.sql("DELETE FROM packice.t WHERE id < 3");
    spark.read().format("packice").option("version", 2).load("t").write().format("packice").mode("overwrite").save("t");
    assertThat(query("SELECT count(*), min(id) FROM packice.t")).containsExactly("5 5");
    spark.sql("CREATE OR REPLACE TABLE packice.t AS SELECT * FROM packice.t VERSION AS OF 1");
    assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("10");
  }

  @Test
  void theMessageSaysWhichVersions() {
    spark.sql("CREATE TABLE packice.t AS SELECT id FROM range(0, 10, 1, 1)");
    MeddledCatalog.after(1, this::append);
    assertThatThrownBy(() -> spark.sql("INSERT OVERWRITE meddled.t SELECT id FROM meddled.t"))
        .hasStackTraceContaining("Cannot commit table t: it is written with rows that were read from its version 2, "
            + "in the place of version 1; nothing was published, run it again");
  }
}
