package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.spark.testing.SparkTest;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name is what it is: nothing reads it as SQL again. */
class NamesTest extends SparkTest {
  @BeforeEach
  void compileNothing() {
    spark.conf().set("spark.sql.codegen.wholeStage", false); // which takes longer than these rows do
    spark.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"p q", "p-q", "p.q", "p`q", "p:q", "p/q", "p,q", "p(q)", "ünï", "select", "1x", "P", "it's \"p\""})
  void columnsOfAnyNamePartitionATable(String name) {
    String p = quoted(name);
    String b = quoted(name + " b");
    String d = quoted("d " + name);
    spark.sql(
        "CREATE TABLE packice.x.t (id INT, " + p + " STRING, " + b + " BIGINT, " + d + " DATE) PARTITIONED BY (" + p
            + ", bucket(2, " + b + "), days(" + d + "))");
    spark.sql("INSERT INTO packice.x.t VALUES (1, 'x', 1, DATE'2026-01-01'), (2, 'y', 2, NULL), (3, NULL, 3, NULL)");
    assertThat(query("SELECT id, " + p + ", " + b + ", " + d + " FROM packice.x.t WHERE " + p + " = 'x'"))
        .containsExactly("1 x 1 2026-01-01");
    spark.sql("UPDATE packice.x.t SET " + b + " = 20 WHERE " + p + " = 'y'");
    spark.sql("DELETE FROM packice.x.t WHERE " + p + " IS NULL");
    spark.conf().set("spark.sql.sources.partitionOverwriteMode", "dynamic");
    spark.sql("INSERT OVERWRITE packice.x.t VALUES (4, 'x', 1, DATE'2026-01-01')");
    assertThat(query("SELECT id, " + b + " FROM packice.x.t ORDER BY id")).containsExactly("2 20", "4 1");
    assertThat(query("SELECT " + p + ", count(*) FROM packice.x.t GROUP BY " + p + " ORDER BY 1")).containsExactly(
        "x 1",
        "y 1");
    spark.conf().set("spark.sql.sources.v2.bucketing.enabled", true);
    assertThat(query("SELECT count(*) FROM packice.x.t a JOIN packice.x.t b USING (" + p + ") JOIN "
        + "(SELECT 'x' AS " + p + ") c USING (" + p + ")")).containsExactly("1");
    assertThat(query("DESCRIBE packice.x.t")).anyMatch(line -> line.startsWith("Part 1 bucket(2, "));
    spark.range(1).selectExpr("CAST(7 AS INT) AS id", "'z' AS " + p, "9L AS " + b, "CAST(NULL AS DATE) AS " + d).write()
        .format("packice").mode(SaveMode.Append).save("x.t");
    assertThat(query("SELECT max(id), min(" + p + ") FROM packice.x.t")).containsExactly("7 x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"p q", "p.q", "p`q", "ünï", "P"})
  void aPartitionColumnIsRenamedToAnyNameAndBack(String name) {
    String p = quoted(name);
    spark.sql("CREATE TABLE packice.x.t (id INT, k STRING) PARTITIONED BY (truncate(1, k))");
    spark.sql("INSERT INTO packice.x.t VALUES (1, 'xx'), (2, 'yy')");
    spark.sql("ALTER TABLE packice.x.t RENAME COLUMN k TO " + p);
    spark.sql("INSERT INTO packice.x.t VALUES (3, 'xz')");
    spark.sql("ALTER TABLE packice.x.t ADD COLUMN c INT AFTER " + p);
    assertThat(query("SELECT * FROM packice.x.t ORDER BY id")).containsExactly("1 xx null", "2 yy null", "3 xz null");
    assertThat(query("DESCRIBE packice.x.t")).anyMatch(line -> line.startsWith("Part 0 truncate(1, "));
    spark.sql("ALTER TABLE packice.x.t RENAME COLUMN " + p + " TO k");
    assertThat(query("SELECT k FROM packice.x.t WHERE k < 'y' ORDER BY id")).containsExactly("xx", "xz");
  }

  @Test
  void framesAreKeptUnderNamesOfAnyCharacters() {
    for (String name : List.of("a b", "mnist/train", "x.it's", "ünï.p`q", "select")) {
      assertThat(PackiceCache.persist(spark.range(3), name).count()).as(name).isEqualTo(3);
      assertThat(peer.client().stat(name).object().id().value()).isEqualTo(name);
      assertThat(PackiceCache.unpersist(spark, name)).as(name).isTrue();
    }
  }

  @Test
  void aNameWithADotIsSeveralNames() {
    spark.sql("CREATE TABLE packice.nn.c.d (a INT)");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE packice.nn.`c.e` (a INT)")).hasMessageContaining(
        "Cannot use the name `c.e`: a dot ends a namespace here, so it is not one name but several; write `c`.`e`");
    assertThatThrownBy(() -> query("SELECT * FROM packice.`nn.c`.d")).hasMessageContaining("write `nn`.`c`");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.nn.c.d RENAME TO packice.nn.`c.e`"))
        .hasMessageContaining("write `c`.`e`");
    assertThat(query("SHOW TABLES IN packice.nn.c")).containsExactly("nn.c d false");
  }

  /** Spark takes two names of which the first is a data source's for a file; where it does not look for those, it says what is so. */
  @Test
  void aTableThatIsNotThereIsNotFound() {
    assertThatThrownBy(() -> query("SELECT * FROM packice.x.nosuch")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> query("SELECT * FROM packice.nosuch"))
        .hasMessageContaining("UNSUPPORTED_DATASOURCE_FOR_DIRECT_QUERY");
    spark.conf().set("spark.sql.runSQLOnFiles", false);
    assertThatThrownBy(() -> query("SELECT * FROM packice.nosuch")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  private void writeTwice(String table, Field field) {
    Schema schema = new Schema(List.of(field, field));
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        TableWriter writer = new ArrowTables(peer.client()).create(table, schema, TableOptions.defaults())) {
      root.allocateNew();
      root.setRowCount(1);
      writer.write(root);
      writer.commit();
    }
  }

  @Test
  void twoColumnsOfOneNameAreRefused() {
    Field a = Field.nullable("a", new ArrowType.Int(64, true));
    writeTwice("x.t", a);
    String message =
        "Cannot read table x.t: it has more than one column a, and Spark finds columns by name; write the table anew "
            + "with other names";
    assertThatThrownBy(() -> query("SELECT 1 FROM packice.x.t")).hasMessageContaining(message);
    assertThatThrownBy(() -> spark.read().format("packice").load("x.t").count()).hasMessageContaining(message);
    assertThatThrownBy(() -> spark.readStream().format("packice").load("x.t")).hasMessageContaining(message);
    assertThatThrownBy(() -> spark.sql("INSERT INTO packice.x.t VALUES (1, 2)")).hasMessageContaining(message);
  }
}
