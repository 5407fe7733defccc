package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.PeerUnavailableException;
import io.packice.peers.MemoryPeer;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.SparkTest;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReadTest extends SparkTest {
  private static final Schema SCHEMA = new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true)),
      Field.nullable("name", ArrowType.Utf8.INSTANCE)));

  private void write(String table, TableOptions options, int batches, int rows) {
    write(new ArrowTables(peer.client()), table, options, batches, rows);
  }

  private static void write(ArrowTables tables, String table, TableOptions options, int batches, int rows) {
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        TableWriter writer = tables.create(table, SCHEMA, options)) {
      for (int batch = 0; batch < batches; batch++) {
        BigIntVector ids = (BigIntVector) root.getVector("id");
        VarCharVector names = (VarCharVector) root.getVector("name");
        for (int i = 0; i < rows; i++) {
          long id = (long) batch * rows + i;
          ids.setSafe(i, id);
          if (id % 3 == 0) {
            names.setNull(i);
          } else {
            names.setSafe(i, new Text("name " + id));
          }
        }
        root.setRowCount(rows);
        writer.write(root);
      }
      writer.commit();
    }
  }

  /** What a task runs in the middle of a query; functions are sent to tasks, so it cannot be theirs. */
  private static Runnable atRowZero;

  private static Long overwrite(Long id) {
    if (id == 0) {
      atRowZero.run();
    }
    return id;
  }

  private static TableOptions smallParts() {
    return TableOptions.defaults().withPartBytes(20_000);
  }

  @Test
  void aTableIsReadByItsNameByOptionAndBySql() {
    write("shop.sales", smallParts(), 10, 1000);
    assertThat(spark.read().format("packice").load("shop.sales").count()).isEqualTo(10_000);
    assertThat(spark.read().format("packice").option("peer", peer.address()).load("shop.sales")
        .where("name = 'name 7777'").collectAsList()).hasSize(1);
    Row sums = spark.sql("SELECT sum(id), count(name), max(name) FROM packice.shop.sales").head();
    assertThat(sums.toSeq().mkString(" ")).isEqualTo("49995000 6666 name 9998");
    assertThat(spark.table("packice.shop.sales").schema().simpleString()).isEqualTo("struct<id:bigint,name:string>");
  }

  @Test
  void rowsSayWhereTheyAre() {
    write("t", smallParts(), 10, 1001);
    assertThat(spark.sql("SELECT count(*) FROM packice.t WHERE id = _row AND _part LIKE 't/part-%'").head().getLong(0))
        .isEqualTo(10_010);
    assertThat(spark.sql("SELECT count(DISTINCT _part) FROM packice.t").head().getLong(0)).isGreaterThan(3);
  }

  @Test
  void anyCutGivesEachRowOnce() {
    write("t", smallParts(), 3, 4321);
    for (String split : List.of("2000", "10k", "1g")) {
      List<Row> rows = spark.read().format("packice").option("splitBytes", split).load("t").selectExpr("count(*)",
          "count(DISTINCT id)", "sum(id)", "count(DISTINCT name)").collectAsList();
      assertThat(rows.getFirst().toSeq().mkString(" ")).as(split).isEqualTo("12963 12963 84013203 8642");
    }
  }

  @Test
  void cataloguesListTablesAndNamespaces() {
    write("a.b.deep", smallParts(), 1, 10);
    write("a.flat", smallParts(), 1, 10);
    write("top", smallParts(), 1, 10);
    assertThat(spark.sql("SHOW NAMESPACES IN packice").collectAsList()).extracting(row -> row.getString(0))
        .containsExactly("a");
    assertThat(spark.sql("SHOW NAMESPACES IN packice.a").collectAsList()).extracting(row -> row.getString(0))
        .containsExactly("a.b");
    assertThat(spark.sql("SHOW TABLES IN packice.a").collectAsList()).extracting(row -> row.getString(1))
        .containsExactly("flat");
    spark.sql("USE packice");
    assertThat(spark.sql("SHOW TABLES").collectAsList()).extracting(row -> row.getString(1)).containsExactly("top");
    assertThat(spark.sql("SELECT count(*) FROM a.b.deep").head().getLong(0)).isEqualTo(10);
  }

  @Test
  void earlierVersionsAreRead() {
    TableOptions history = smallParts().withHistory(3).withIfExists(IfExists.REPLACE);
    write("t", history, 1, 10);
    write("t", history, 2, 10);
    assertThat(spark.sql("SELECT count(*) FROM packice.t").head().getLong(0)).isEqualTo(20);
    assertThat(spark.sql("SELECT count(*) FROM packice.t VERSION AS OF 1").head().getLong(0)).isEqualTo(10);
    assertThat(spark.read().format("packice").option("version", 1).load("t").count()).isEqualTo(10);
    assertThat(spark.read().format("packice").option("versionAsOf", 1).load("t").count()).isEqualTo(10);
    assertThat(spark.read().option("versionAsOf", 1).table("packice.t").count()).isEqualTo(10);
    assertThat(spark.read().option("version", 2).table("packice.t").count()).isEqualTo(20);
    assertThatThrownBy(() -> spark.read().option("version", 1).table("packice.t").count())
        .hasMessageContaining(
            "Cannot read version 1 of table t by the option version here: Spark has opened version 2; "
                + "say versionAsOf");
    assertThatThrownBy(() -> spark.read().format("packice").option("version", 1).option("versionAsOf", 2).load("t"))
        .hasMessageContaining("give one of them");
    assertThatThrownBy(() -> spark.read().format("packice").option("timestampAsOf", "2026-01-01").load("t"))
        .as("which is not the current version").isInstanceOf(Exception.class);
    assertThatThrownBy(() -> spark.sql("SELECT * FROM packice.t VERSION AS OF 7"))
        .hasMessageContaining("Cannot open version 7 of table t: there are [1, 2]");
  }

  @Test
  void oneQueryReadsTablesOfSeveralPeers() {
    write("t", smallParts(), 1, 10);
    try (SparkPeer other = new SparkPeer(); SparkPeer third = new SparkPeer()) {
      spark.conf().set("spark.sql.catalog.other", PackiceCatalog.class.getName());
      spark.conf().set("spark.sql.catalog.other.peer", other.address());
      spark.sql("CREATE TABLE other.t AS SELECT id, id * 10 AS ten FROM RANGE(5, 100)");
      spark.range(7, 9).write().format("packice").option("peer", third.address()).save("t");
      spark.read().format("packice").option("peer", third.address()).load("t").createOrReplaceTempView("few");
      assertThat(query("SELECT t.name, o.ten FROM packice.t JOIN other.t o USING (id) JOIN few USING (id) ORDER BY id"))
          .containsExactly("name 7 70", "name 8 80");
      assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("10");
      other.requireIdle();
      third.requireIdle();
    }
  }

  /** An executor's configuration is what its own host was told; here it is the driver, too. */
  @Test
  void whereNobodyNamesAPeerEachHostsOwnIsMeant() {
    write("t", smallParts(), 1, 10);
    spark.conf().unset(PeerAddress.CONF);
    SparkConf hosts = SparkEnv.get().conf();
    hosts.set(PeerAddress.CONF, peer.address());
    try {
      assertThat(PeerAddress.first("", null)).isEqualTo(PeerAddress.USUAL);
      assertThat(PeerAddress.USUAL.here()).isEqualTo(peer.address());
      assertThat(query("SELECT count(*), count(name) FROM packice.t WHERE id > 0")).containsExactly("9 6");
      hosts.set(PeerAddress.CONF, "/nowhere/peer.sock");
      assertThatThrownBy(() -> query("SELECT count(*) FROM packice.t"))
          .hasMessageContaining("no peer was named: give the option \"peer\" or set spark.packice.peer");
    } finally {
      hosts.remove(PeerAddress.CONF);
    }
  }

  @Test
  void aPeerIsReadOverHttp() {
    try (MemoryPeer far = MemoryPeer.create(1 << 24); PackiceClient client = Packice.connect(far);
        HttpServer server = HttpServer.open(far,
            HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
      write(new ArrowTables(client), "t", smallParts(), 10, 1000);
      String address = server.address().toString();
      Row sums = spark.read().format("packice").option("peer", address).load("t")
          .selectExpr("count(*)", "sum(id)", "count(name)", "count(DISTINCT _part) > 3").head();
      assertThat(sums.mkString(" ")).isEqualTo("10000 49995000 6666 true");
      assertThatThrownBy(() -> spark.range(1).write().format("packice").option("peer", address).save("u"))
          .hasMessageContaining("give the Unix socket of a peer on the executors' host");
      Awaitility.await().atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(client.stats().leases()).isZero());
    }
  }

  @Test
  void aFrameSeesTheVersionOfItsTime() {
    write("t", smallParts(), 1, 10);
    var frame = spark.table("packice.t");
    assertThat(frame.count()).isEqualTo(10);
    write("t", smallParts().withIfExists(IfExists.REPLACE), 2, 10);
    assertThat(frame.count()).isEqualTo(20);
  }

  @Test
  void aQueryThatRunsKeepsTheVersionThatItWasPlannedFor() {
    write("t", smallParts(), 10, 1000);
    atRowZero = () -> write("t", smallParts().withIfExists(IfExists.REPLACE), 1, 10);
    spark.udf().register("overwrite", (UDF1<Long, Long>) ReadTest::overwrite, DataTypes.LongType);
    Row sums =
        spark.sql("SELECT /*+ REPARTITION(1) */ count(id), sum(id) FROM (SELECT overwrite(id) AS id FROM packice.t)")
            .head();
    assertThat(sums.mkString(" ")).isEqualTo("10000 49995000");
    assertThat(spark.table("packice.t").count()).isEqualTo(10);
  }

  @Test
  void misuseIsAnsweredWithWhatToDo() {
    assertThatThrownBy(() -> spark.read().format("packice").load()).hasMessageContaining("no table was named");
    assertThatThrownBy(() -> spark.read().format("packice").load("nothing"))
        .hasMessageContaining("no such table; look at SHOW TABLES, or write it first");
    assertThatThrownBy(() -> spark.readStream().format("packice").load("nothing")).hasMessageContaining("nothing");
    assertThatThrownBy(() -> spark.sql("INSERT INTO packice.nothing VALUES (1)"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> spark.read().format("packice").option("peer", "/nowhere/peer.sock").load("t"))
        .isInstanceOf(PeerUnavailableException.class)
        .hasMessageContaining("start a peer with: packice serve --socket /nowhere/peer.sock");
    write("t", smallParts(), 1, 10);
    assertThatThrownBy(() -> spark.read().format("packice").option("splitBytes", "many").load("t").count())
        .hasMessageContaining("give bytes, or a number with k, m or g");
    assertThatThrownBy(() -> spark.read().format("packice").option("version", "latest").load("t"))
        .hasMessageContaining("versions are numbers from 1");
  }
}
