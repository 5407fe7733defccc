package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.PackiceClient;
import io.packice.arrow.manifest.DraftParts;
import io.packice.arrow.manifest.PartitionField;
import io.packice.arrow.manifest.TableColumn;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.manifest.TablePart;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.vectors.NativeMemory;
import io.packice.contract.LeakCheck;
import io.packice.core.LeaseExpiredException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** Versions that are made of parts which others have written, and of changed columns. */
final class ChangesTest extends TableFixture {
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final TableOptions SMALL = TableOptions.defaults().withPartBytes(1);

  private DraftParts write(PackiceClient by, long... values) {
    return write(by, List.of(), values);
  }

  private DraftParts write(PackiceClient by, List<Object> partition, long... values) {
    try (PartsWriter writer = new ArrowTables(by).parts("t", NUMBERS, SMALL, TTL);
        VectorSchemaRoot batch = numbers(values)) {
      writer.partition(new ArrayList<>(partition));
      writer.write(batch);
      return DraftParts.fromBytes(writer.handOver().toBytes());
    }
  }

  private static List<TablePart> and(List<TablePart> parts, DraftParts more) {
    List<TablePart> all = new ArrayList<>(parts);
    all.addAll(more.parts());
    return all;
  }

  /** Creates the table, or puts rows behind those that are there. */
  private TableDescription append(DraftParts... parts) {
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      Arrays.stream(parts).forEach(change::keep);
      return change.commit(current -> {
        TableDescription next = current == null ? TableDescription.of("t", NUMBERS) : current;
        for (DraftParts more : parts) {
          next = next.withParts(and(next.parts(), more));
        }
        return next;
      });
    }
  }

  @Test
  void partsOfSeveralClientsAreOneTable() {
    DraftParts first;
    try (PackiceClient executor = peer.overSocket()) {
      first = write(executor, 1, 2);
    }
    DraftParts second = write(client, 3);
    assertThat(first).hasToString("t (1 draft, 2 rows)");
    assertThat(second).hasToString("t (1 draft, 1 row)");
    assertThat(client.list("")).isEmpty();
    TableDescription table = append(first, second);
    assertThat(table).hasToString("t (version 1, 3 rows, 2 parts)");
    assertThat(table.version()).isEqualTo(1);
    assertThat(table.rowCount()).isEqualTo(3);
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 3L);
    assertThat(append(write(client, 4)).version()).isEqualTo(2);
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 3L, 4L);
    peer.requireIdle();
  }

  @Test
  void whatIsNotCommittedLeavesNothing() {
    try (TableChange change = tables.change("t", Duration.ZERO);
        PartsWriter open = tables.parts("t", NUMBERS, SMALL, TTL);
        VectorSchemaRoot batch = numbers(1)) {
      open.write(batch);
      change.keep(write(client, 1, 2));
      assertThat(peer.stats().drafts()).isEqualTo(2);
    }
    PartsWriter.discard(client, write(client, 3));
    peer.requireEmpty();
  }

  @Test
  void partsThatACommitDoesNotNameAreDiscarded() {
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      change.keep(write(client, 1));
      DraftParts wanted = write(client, 2);
      change.keep(wanted);
      var _ = change.commit(_ -> TableDescription.of("t", NUMBERS).withParts(wanted.parts()));
    }
    assertThat(readNumbers("t")).containsExactly(2L);
    assertThat(client.list("t/part-")).hasSize(1);
    peer.requireIdle();
  }

  @Test
  void keptPartsOutliveTheirTtlAndOthersDoNot() {
    Duration ttl = Duration.ofSeconds(2); // renewed thrice in that time, so a busy machine may be late
    try (TableChange change = tables.change("t", Duration.ZERO);
        PartsWriter writer = tables.parts("t", NUMBERS, SMALL, ttl);
        PartsWriter forgotten = tables.parts("t", NUMBERS, SMALL, ttl);
        VectorSchemaRoot batch = numbers(1)) {
      writer.write(batch);
      forgotten.write(batch);
      DraftParts lost = forgotten.handOver();
      LeakCheck.eventually(() -> assertThat(peer.stats().drafts()).isOne()); // the writer still renews its own
      DraftParts parts = writer.handOver();
      change.keep(parts);
      assertThatThrownBy(() -> change.keep(lost)).isInstanceOf(LeaseExpiredException.class);
      assertThatThrownBy(() -> change.commit(_ -> TableDescription.of("t", NUMBERS).withParts(lost.parts())))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("neither the table's nor kept");
      var _ = change.commit(_ -> TableDescription.of("t", NUMBERS).withParts(parts.parts()));
    }
    assertThat(readNumbers("t")).containsExactly(1L);
  }

  @Test
  void aPartThatIsGoneFailsTheCommitAndNothingIsPublished() {
    writeNumbers("t", TableOptions.defaults(), 7);
    DraftParts lost = write(client, 1);
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      change.keep(lost);
      change.keep(write(client, 2));
      PartsWriter.discard(client, lost);
      assertThatThrownBy(() -> change.commit(current -> current.withParts(lost.parts())))
          .isInstanceOf(LeaseExpiredException.class)
          .hasMessageContaining("Cannot commit table t: its new part is gone");
    }
    assertThat(readNumbers("t")).containsExactly(7L);
    peer.requireIdle();
  }

  @Test
  void theEditSeesTheTableAsItIsAndMayRefuse() {
    append(write(client, 1));
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      DraftParts planned = write(client, 2);
      change.keep(planned);
      append(write(client, 3));
      assertThatThrownBy(() -> change.commit(current -> {
        assertThat(current.version()).isEqualTo(2);
        throw new TableConflictException("planned for version 1, it is " + current.version());
      })).isInstanceOf(TableConflictException.class).hasMessageContaining("it is 2");
      assertThat(change.commit(current -> current.withParts(planned.parts())).version()).isEqualTo(3);
    }
    assertThat(readNumbers("t")).containsExactly(2L);
    assertThat(client.list("t/part-")).hasSize(1);
  }

  @Test
  void whoeverIsWritingTheTableIsWaitedForAWhile() {
    DraftParts parts = write(client, 1);
    try (TableChange change = tables.change("t", Duration.ofMillis(20))) {
      change.keep(parts);
      try (TableWriter _ = tables.create("t", NUMBERS)) {
        assertThatThrownBy(() -> change.commit(_ -> TableDescription.of("t", NUMBERS).withParts(parts.parts())))
            .isInstanceOf(TableConflictException.class).hasMessageContaining("for 20 ms");
      }
    }
    peer.requireEmpty();
  }

  @Test
  void whatIsClosedIsRefused() {
    DraftParts parts = write(client);
    assertThat(parts.parts()).hasSize(1); // a batch without rows, of a part of its own
    TableChange change = tables.change("other", Duration.ZERO);
    assertThatIllegalArgumentException().isThrownBy(() -> change.keep(parts)).withMessageContaining("of table t");
    change.close();
    assertThatIllegalStateException().isThrownBy(() -> change.keep(parts));
    PartsWriter.discard(client, parts);
    PartsWriter writer = tables.parts("t", NUMBERS, SMALL, TTL);
    assertThat(writer.handOver().parts()).isEmpty();
    assertThatIllegalStateException().isThrownBy(writer::handOver);
    assertThatIllegalArgumentException().isThrownBy(() -> tables.parts("t", NUMBERS, SMALL, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> DraftParts.fromBytes(new byte[] {1}));
  }

  @Test
  void propertiesPartitionsAndHistoryAreKept() {
    DraftParts parts = write(client, Arrays.asList(3L, null, "eu", true), 1);
    List<PartitionField> fields = List.of(new PartitionField("bucket", "number", 8),
        new PartitionField("identity", "number", 0), new PartitionField("identity", "number", 0),
        new PartitionField("identity", "number", 0));
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      change.keep(parts);
      TableDescription _ = change.commit(_ -> TableDescription.of("t", NUMBERS).withPartitioning(fields)
          .withProperties(Map.of("owner", "me")).withHistory(2).withParts(parts.parts()));
    }
    TableDescription table = tables.describe("t");
    assertThat(table.partitioning()).isEqualTo(fields);
    assertThat(table.partitioning()).hasToString("[bucket(8, number), number, number, number]");
    assertThat(table.properties()).containsExactly(Map.entry("owner", "me"));
    assertThat(table.history()).isEqualTo(2);
    assertThat(table.parts().getFirst().partition()).containsExactly(3L, null, "eu", true);
    assertThatIllegalArgumentException().isThrownBy(() -> tables.append("t"))
        .withMessageContaining("bucket(8, number)");
    assertThatIllegalArgumentException().isThrownBy(() -> table.withPartitioning(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> TableDescription.of("t", NUMBERS)
        .withPartitioning(List.of(new PartitionField("identity", "nobody", 0)))).withMessageContaining("nobody");
  }

  private static Field column(String name) {
    return RandomVectors.field(name, new ArrowType.Int(64, true));
  }

  private TableDescription changeColumns(TableColumn... columns) {
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      return change.commit(current -> current.withColumns(List.of(columns)));
    }
  }

  private List<List<Object>> rows() {
    List<List<Object>> rows = new ArrayList<>();
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        assertThat(batch.getSchema()).isEqualTo(table.schema());
        for (int i = 0; i < batch.getRowCount(); i++) {
          List<Object> row = new ArrayList<>();
          for (FieldVector vector : batch.getFieldVectors()) {
            row.add(vector.getObject(i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  @Test
  void columnsAreAddedRenamedMovedAndDroppedOverPartsThatStay() {
    append(write(client, 1, 2));
    changeColumns(new TableColumn(column("extra"), null), new TableColumn(column("n"), "number"));
    assertThat(rows()).containsExactly(Arrays.asList(null, 1L), Arrays.asList(null, 2L));

    Schema wider = tables.describe("t").schema();
    try (TableChange change = tables.change("t", Duration.ZERO);
        PartsWriter writer = tables.parts("t", wider, SMALL, TTL);
        VectorSchemaRoot batch = VectorSchemaRoot.create(wider, allocator)) {
      ((BigIntVector) batch.getVector("extra")).setSafe(0, 10);
      ((BigIntVector) batch.getVector("n")).setSafe(0, 3);
      batch.setRowCount(1);
      writer.write(batch);
      DraftParts parts = writer.handOver();
      change.keep(parts);
      var _ = change.commit(current -> current.withParts(and(current.parts(), parts)));
    }
    assertThat(rows()).containsExactly(Arrays.asList(null, 1L), Arrays.asList(null, 2L), List.of(10L, 3L));

    TableDescription dropped = changeColumns(new TableColumn(column("extra"), "extra"));
    assertThat(dropped.parts()).extracting(TablePart::statistics).containsExactly(
        List.of(new ColumnStatistics(2, null, null, 0L)), List.of(new ColumnStatistics(0, 10L, 10L, 10L)));
    changeColumns(new TableColumn(column("extra"), "extra"), new TableColumn(column("n"), null));
    assertThat(rows()).as("a column of a dropped one's name is another").containsExactly(Arrays.asList(null, null),
        Arrays.asList(null, null), Arrays.asList(10L, null));
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.statistics()).containsExactly(new ColumnStatistics(2, 10L, 10L, 10L),
          new ColumnStatistics(3, null, null, 0L));
      assertThatIllegalArgumentException().isThrownBy(() -> table.column("n")).withMessageContaining("added later");
      try (VectorSchemaRoot taken = table.take(new long[] {2, 0}, allocator, ScanOptions.all())) {
        assertThat(taken.getVector("extra").getObject(0)).isEqualTo(10L);
        assertThat(taken.getVector("extra").getObject(1)).isNull();
      }
    }
  }

  @Test
  void renamedColumnsAreReadAsPlainMemoryToo() {
    append(write(client, 1, 2));
    changeColumns(new TableColumn(column("n"), "number"));
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.column("n").chunks().getFirst().values().getAtIndex(NativeMemory.LONG, 1)).isEqualTo(2);
    }
    TableWriter writer = tables.append("t");
    assertThat(writer.schema().getFields()).extracting(Field::getName).containsExactly("n");
    writer.commit();
    assertThat(rows()).containsExactly(List.of(1L), List.of(2L));
  }

  @Test
  void partsOfAnOlderSchemaAreRefused() {
    append(write(client, 1));
    DraftParts old = write(client, 2);
    changeColumns(new TableColumn(column("number"), "number"), new TableColumn(column("extra"), null));
    assertThatThrownBy(() -> append(old)).isInstanceOf(TableConflictException.class)
        .hasMessageContaining("extra").hasMessageContaining("write it anew");
    peer.requireIdle();
  }

  @Test
  void impossibleChangesAreRefused() {
    TableDescription table = append(write(client, 1));
    Field text = RandomVectors.field("number", new ArrowType.Utf8());
    Field required = Field.notNullable("more", new ArrowType.Int(64, true));
    TableColumn number = new TableColumn(column("number"), "number");
    assertThatIllegalArgumentException().isThrownBy(() -> table.withColumns(List.of(new TableColumn(text, "number"))))
        .withMessageContaining("cannot become Utf8");
    assertThatIllegalArgumentException().isThrownBy(() -> table.withColumns(List.of(new TableColumn(required, null))))
        .withMessageContaining("make it nullable");
    assertThatIllegalArgumentException().isThrownBy(() -> table.withColumns(List.of(number, number)))
        .withMessageContaining("twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.withColumns(List.of(new TableColumn(column("x"), "nobody"))))
        .withMessageContaining("nobody");
    TableDescription partitioned =
        TableDescription.of("t", NUMBERS).withPartitioning(List.of(new PartitionField("identity", "number", 0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> partitioned.withColumns(List.of(new TableColumn(column("x"), null))))
        .withMessageContaining("cannot be dropped");
    assertThat(partitioned.withColumns(List.of(new TableColumn(column("x"), "number"))).partitioning())
        .containsExactly(new PartitionField("identity", "x", 0));
  }

  @Test
  void aColumnOfSeveralTypesIsDamage() {
    TableDescription table = append(write(client, 1));
    byte[] changed = table.withColumns(List.of(new TableColumn(column("n"), "number"))).toBytes();
    assertThat(TableDescription.fromBytes("t", changed)).hasToString("t (version 1, 1 row, 1 part)");
    Schema texts = new Schema(List.of(RandomVectors.field("number", new ArrowType.Utf8())));
    String other = new String(TableDescription.of("t", texts).toBytes(), StandardCharsets.UTF_8);
    String forged =
        new String(changed, StandardCharsets.UTF_8).replaceAll("(?<=former_schemas\":\\[\\{\"schema\":\")[^\"]+",
            other.replaceAll(".*\"schema\":\"([^\"]+).*", "$1"));
    assertThatThrownBy(() -> TableDescription.fromBytes("t", forged.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(TableFormatException.class).hasMessageContaining("several types");
  }

  private static Field nullable(ArrowType type) {
    return RandomVectors.field(type.getTypeID() + " " + type.hashCode(), type);
  }

  @Test
  void newColumnsAreFilledInPartsThatStay() {
    append(write(client, 1, 2));
    Map<Field, Object> fills = new LinkedHashMap<>();
    fills.put(nullable(new ArrowType.Bool()), true);
    fills.put(nullable(new ArrowType.Int(8, true)), -5L);
    fills.put(nullable(new ArrowType.Int(64, false)), new BigInteger("18446744073709551615"));
    fills.put(nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)), 1.5);
    fills.put(nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)), Double.NaN);
    fills.put(nullable(new ArrowType.Decimal(12, 2, 128)), new BigDecimal("-12.34"));
    fills.put(nullable(new ArrowType.Decimal(60, 1, 256)), new BigDecimal("-0.5"));
    fills.put(nullable(new ArrowType.Utf8()), "π and more");
    fills.put(nullable(new ArrowType.LargeUtf8()), "");
    fills.put(nullable(new ArrowType.Date(DateUnit.DAY)), 20_000);
    fills.put(Field.notNullable("moment", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)), -1L);
    List<TableColumn> columns = new ArrayList<>(List.of(new TableColumn(column("number"), "number")));
    fills.forEach((field, fill) -> columns.add(new TableColumn(field, null, fill)));
    TableDescription filled = changeColumns(columns.toArray(TableColumn[]::new));

    List<Object> row = rows().getLast();
    assertThat(row).map(Object::toString).containsExactly("2", "true", "-5", "-1", "1.5", "NaN", "-12.34", "-0.5",
        "π and more", "", "20000", "1969-12-31T23:59:59.999999");
    assertThat(filled.parts().getFirst().statistics()).containsExactly(new ColumnStatistics(0, 1L, 2L, 3L),
        new ColumnStatistics(0, null, null), new ColumnStatistics(0, -5L, -5L, -10L),
        new ColumnStatistics(0, new BigInteger("18446744073709551615"), new BigInteger("18446744073709551615"),
            new BigInteger("36893488147419103230")),
        new ColumnStatistics(0, 1.5, 1.5), new ColumnStatistics(0, null, null),
        new ColumnStatistics(0, new BigDecimal("-12.34"), new BigDecimal("-12.34"), new BigDecimal("-24.68")),
        new ColumnStatistics(0, null, null), new ColumnStatistics(0, null, null), new ColumnStatistics(0, null, null),
        new ColumnStatistics(0, 20_000L, 20_000L), new ColumnStatistics(0, -1L, -1L));
    assertThat(new String(filled.toBytes(), StandardCharsets.UTF_8)).contains("\"format_version\":3");
    try (ArrowTable table = tables.open("t")) {
      assertThatIllegalArgumentException().isThrownBy(() -> table.column("moment")).withMessageContaining("not stored");
    }
    byte[] emptied = filled.withColumns(List.of(new TableColumn(column("number"), "number"))).toBytes();
    assertThat(new String(emptied, StandardCharsets.UTF_8)).contains("\"format_version\":2");
  }

  @Test
  void fillsThatAreNoValuesOfTheirColumnsAreRefused() {
    TableDescription table = append(write(client, 1));
    for (Map.Entry<ArrowType, Object> wrong : Map.<ArrowType, Object>of(new ArrowType.Int(8, true), 128,
        new ArrowType.Int(16, false), -1, new ArrowType.Utf8(), 7, new ArrowType.Decimal(4, 2, 128),
        new BigDecimal("100"), new ArrowType.Binary(), "AA==", new ArrowType.Bool(), 1, new ArrowType.LargeUtf8(),
        "half \uD83D", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 1e300,
        new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), new BigDecimal("-1e400")).entrySet()) {
      assertThatIllegalArgumentException().as(wrong.toString())
          .isThrownBy(() -> table.withColumns(
              List.of(new TableColumn(RandomVectors.field("x", wrong.getKey()), null, wrong.getValue()))))
          .withMessageContaining("column x of type").withMessageContaining("; give");
    }
  }

  @Test
  void sumsOfIntegersAndDecimalsAreExact() {
    Schema schema = new Schema(List.of(column("long"), RandomVectors.field("unsigned", new ArrowType.Int(64, false)),
        RandomVectors.field("decimal", new ArrowType.Decimal(38, 2, 128))));
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator);
        TableWriter writer = tables.create("t", schema, SMALL)) {
      for (int part = 0; part < 2; part++) {
        batch.allocateNew();
        for (int i = 0; i < 3; i++) {
          ((BigIntVector) batch.getVector("long")).setSafe(i, Long.MIN_VALUE + i);
          ((UInt8Vector) batch.getVector("unsigned")).setSafe(i, -1L - i);
          ((DecimalVector) batch.getVector("decimal")).setSafe(i, new BigDecimal("-9e35").setScale(2).add(
              BigDecimal.valueOf(i, 2)));
        }
        batch.getFieldVectors().forEach(vector -> vector.setNull(3));
        batch.setRowCount(4);
        writer.write(batch);
      }
      var _ = writer.commit();
    }
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.statistics()).extracting(ColumnStatistics::sum).containsExactly(
          BigInteger.valueOf(Long.MIN_VALUE).multiply(BigInteger.valueOf(6)).add(BigInteger.valueOf(6)),
          BigInteger.TWO.pow(64).multiply(BigInteger.valueOf(6)).subtract(BigInteger.valueOf(12)),
          new BigDecimal("-54e35").setScale(2).add(new BigDecimal("0.06")));
      assertThat(table.statistics().getLast().max())
          .isEqualTo(new BigDecimal("-9e35").setScale(2).add(new BigDecimal("0.02")));
    }
  }
}
