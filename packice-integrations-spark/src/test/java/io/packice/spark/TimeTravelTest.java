package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.spark.testing.SparkTest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** A table as it was at a time, where its history reaches back so far. */
class TimeTravelTest extends SparkTest {
  /** A time that is later than what was done before and earlier than what is done after it. */
  private static Instant moment() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS).plus(1, ChronoUnit.MICROS);
    while (!Instant.now().isAfter(now.plus(1, ChronoUnit.MILLIS))) {
      Thread.onSpinWait();
    }
    return now.plus(500, ChronoUnit.MICROS);
  }

  private String count(Instant time) {
    return query("SELECT count(*) FROM packice.x.t TIMESTAMP AS OF '" + time + "'").getFirst();
  }

  @Test
  void aTableIsReadAsItWasAtATime() {
    Instant before = moment();
    spark.sql("CREATE TABLE packice.x.t TBLPROPERTIES ('packice.history' = '2') AS SELECT id FROM range(1)");
    Instant one = moment();
    spark.sql("INSERT INTO packice.x.t SELECT id FROM range(2)");
    Instant two = moment();
    spark.sql("DELETE FROM packice.x.t");
    Instant three = moment();
    assertThat(count(one)).isEqualTo("1");
    assertThat(count(two)).isEqualTo("3");
    assertThat(count(three)).isEqualTo("0");
    assertThat(count(Instant.now().plusSeconds(3600))).as("the future").isEqualTo("0");
    assertThat(spark.read().format("packice").option("timestampAsOf", two.toString()).load("x.t").count()).isEqualTo(3);
    assertThatThrownBy(() -> count(before)).hasMessageContaining("Cannot open table x.t as of " + before
        + ": it keeps what it was from ").hasMessageContaining("write it with a longer history to keep more");
    spark.sql("ALTER TABLE packice.x.t RENAME TO packice.x.u");
    spark.sql("ALTER TABLE packice.x.u RENAME TO packice.x.t");
    assertThat(count(two)).as("renamed").isEqualTo("3");
    assertThat(count(three)).as("renamed").isEqualTo("0");
    spark.sql("INSERT INTO packice.x.t VALUES (1)");
    assertThatThrownBy(() -> count(one)).as("no longer kept").hasMessageContaining("it keeps what it was from ");
    assertThat(count(two)).isEqualTo("3");
    assertThatThrownBy(() -> query("SELECT * FROM packice.x.nosuch TIMESTAMP AS OF '2026-01-01'"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void withoutAHistoryThereIsOnlyWhatItIs() {
    spark.sql("CREATE TABLE packice.x.t AS SELECT id FROM range(1)");
    Instant one = moment();
    assertThat(count(one)).isEqualTo("1");
    spark.sql("INSERT INTO packice.x.t SELECT id FROM range(2)");
    assertThatThrownBy(() -> count(one)).hasMessageContaining("it keeps what it was from ");
  }
}
