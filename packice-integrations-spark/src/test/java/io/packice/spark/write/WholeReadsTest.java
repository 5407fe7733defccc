package io.packice.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.testing.SparkTest;
import io.packice.spark.types.SchemaMapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.expressions.filter.AlwaysFalse;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.connector.read.SupportsRuntimeV2Filtering;
import org.apache.spark.sql.connector.write.LogicalWriteInfoImpl;
import org.apache.spark.sql.connector.write.RowLevelOperation;
import org.apache.spark.sql.connector.write.RowLevelOperation.Command;
import org.apache.spark.sql.connector.write.RowLevelOperationInfoImpl;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A row-level operation replaces what it has read and nothing else, whatever Spark asks it for. */
class WholeReadsTest extends SparkTest {
  private static final CaseInsensitiveStringMap NO_OPTIONS = new CaseInsensitiveStringMap(Map.of());

  private static TablePart part(String id, long rows) {
    return new TablePart(id, rows, 64, 1, List.of());
  }

  private static List<TablePart> parts(long... rows) {
    return Stream.iterate(0, i -> i < rows.length, i -> i + 1).map(i -> part("p" + i, rows[i])).toList();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasReadMayGo(Command command) {
    WholeReads reads = new WholeReads("t", command);
    reads.planned(Map.of("p0", 10L, "p2", 5L));
    reads.planned(Map.of("p0", 10L, "p2", 5L));
    assertThatCode(() -> reads.require(parts(10, 0, 5), parts(15))).doesNotThrowAnyException();
    new WholeReads("t", command).require(List.of(), List.of());
  }

  @ParameterizedTest
  @EnumSource
  void whatSomeUseLeftOutMayNot(Command command) {
    WholeReads reads = new WholeReads("t", command);
    reads.planned(Map.of("p0", 10L, "p1", 5L));
    reads.planned(Map.of("p0", 10L));
    assertThatThrownBy(() -> reads.require(parts(10, 5), parts(15))).isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot commit " + command + " of table t: it replaces 15 rows of 2 parts, and a scan of it read "
            + "10 rows of 1 part; nothing was published, report it with the statement and what EXPLAIN shows of it");
  }

  @ParameterizedTest
  @EnumSource
  void norWhatWasReadInPart(Command command) {
    WholeReads reads = new WholeReads("t", command);
    reads.planned(Map.of("p0", 9L));
    assertThatThrownBy(() -> reads.require(parts(10), parts(10))).hasMessageContaining("a scan of it read 9 rows");
  }

  @ParameterizedTest
  @EnumSource
  void norWhatNobodyRead(Command command) {
    WholeReads reads = new WholeReads("t", command);
    assertThatThrownBy(() -> reads.require(parts(10), parts())).hasMessageContaining("and no scan of it read anything");
  }

  @Test
  void anUpdateKeepsTheNumberOfRowsAndADeleteMakesNone() {
    WholeReads update = new WholeReads("t", Command.UPDATE);
    update.planned(Map.of("p0", 10L));
    assertThatThrownBy(() -> update.require(parts(10), parts(9))).hasMessageContaining("of 10 rows it made 9;");
    WholeReads delete = new WholeReads("t", Command.DELETE);
    delete.planned(Map.of("p0", 10L));
    assertThatThrownBy(() -> delete.require(parts(10), parts(11))).hasMessageContaining("of 10 rows it made 11;");
  }

  private RowLevelOperation operation(TableDescription table, Command command) {
    return new RowLevelReplace(
        new WriteTarget(new PeerAddress(peer.address()), table, SchemaMapping.toSpark(table.plainSchema())),
        RowLevelOperationInfoImpl.apply(command, NO_OPTIONS));
  }

  @ParameterizedTest
  @EnumSource
  void aScanOfAnOperationTakesNoRuntimeFilterAndItsCommitKnowsOfIt(Command command) {
    spark.range(0, 2000, 1, 2).write().format("packice").save("t");
    ArrowTables tables = new ArrowTables(peer.client());
    TableDescription table = tables.describe("t");
    RowLevelOperation operation = operation(table, command);
    var info = new LogicalWriteInfoImpl("query", SchemaMapping.toSpark(table.plainSchema()), NO_OPTIONS,
        Optional.empty(), Optional.empty());
    Scan scan = operation.newScanBuilder(NO_OPTIONS).build();
    assertThat(scan).isNotInstanceOf(SupportsRuntimeV2Filtering.class);
    // As if Spark had asked for another scan, with a condition, and replaced by that one's parts
    SupportsPushDownV2Filters narrowed = (SupportsPushDownV2Filters) operation.newScanBuilder(NO_OPTIONS);
    assertThat(narrowed.pushPredicates(new Predicate[] {new AlwaysFalse()}))
        .hasSize(1);
    Scan none = narrowed.build();
    assertThat(none.toBatch().planInputPartitions()).isEmpty();
    assertThat(scan.toBatch().planInputPartitions()).isNotEmpty();
    var write = operation.newWriteBuilder(info).build().toBatch();
    assertThatThrownBy(() -> write.commit(new WriterCommitMessage[0])).hasMessageContaining(
        "Cannot commit " + command
            + " of table t: it replaces 0 rows of 0 parts, and a scan of it read 2000 rows of 2 parts");
    write.abort(new WriterCommitMessage[0]);
    assertThat(tables.describe("t").version()).isEqualTo(1);
  }
}
