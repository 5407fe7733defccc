package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.PackiceClient;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.text.CsvFormat;
import io.packice.arrow.text.JsonFormat;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.CapacityExceededException;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a table that does not fit does to the tables that are there: nothing, where its size can be known, else no more than is said. */
final class RoomTest extends TableFixture {
  private static final Schema WIDE = new Schema(List.of(RandomVectors.field("a", new ArrowType.Int(64, true)),
      RandomVectors.field("b", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
      RandomVectors.field("c", new ArrowType.Utf8())));
  private static final int ROWS = 100_000;
  private static final long PEER_BYTES = 8L << 20;
  private static final List<String> KEPT = List.of("keep1", "keep2", "keep3", "keep4");

  @TempDir private Path folder;
  private final TablePeer full = new TablePeer(MemoryPeer.create(PEER_BYTES));
  private final PackiceClient toFull = full.overSocket();
  private final ArrowTables crowded = new ArrowTables(toFull);

  /** A format, and what writes a table in it. */
  @SuppressWarnings("ImmutableEnumChecker") // no format changes
  enum Kind {
    CSV(CsvFormat.standard(), CsvFormat.standard()), JSON(JsonFormat.standard(), JsonFormat.standard()),
    PARQUET(ParquetFormat.standard(), (table, to, _) -> ParquetExport.of(table).into(to)),
    IPC_FILE(IpcFormat.file(), IpcFormat.file()), IPC_STREAM(IpcFormat.stream(), IpcFormat.stream());

    final ImportFormat format;
    final ExportFormat export;

    Kind(ImportFormat format, ExportFormat export) {
      this.format = format;
      this.export = export;
    }
  }

  @BeforeEach
  void fill() {
    for (String name : KEPT) {
      try (TableWriter writer = crowded.create(name, NUMBERS); VectorSchemaRoot batch = numbers(new long[ROWS])) {
        writer.write(batch);
        writer.commit();
      }
    }
  }

  @AfterEach
  void stop() {
    full.requireIdle();
    toFull.close();
    full.close();
  }

  private void assertNothingEvicted() {
    assertThat(full.stats().evictions()).isZero();
    assertThat(crowded.list().map(TableSummary::name)).containsExactlyElementsOf(KEPT);
    full.requireIdle();
  }

  /** One of several files of rows that are too many only together. */
  private Path file(Kind kind, String name) throws IOException {
    try (TableWriter writer =
        tables.create("wide", WIDE, TableOptions.defaults().withIfExists(IfExists.REPLACE));
        VectorSchemaRoot batch = VectorSchemaRoot.create(WIDE, allocator)) {
      for (int row = 0; row < ROWS; row++) {
        ((BigIntVector) batch.getVector(0)).setSafe(row, row);
        ((Float8Vector) batch.getVector(1)).setSafe(row, row + 0.5);
        ((VarCharVector) batch.getVector(2)).setSafe(row,
            ("text " + row).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      batch.setRowCount(ROWS);
      writer.write(batch);
      writer.commit();
    }
    Path path = folder.resolve(name);
    try (ArrowTable table = tables.open("wide");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      kind.export.write(table, channel, Progress.NONE);
    }
    return path;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anImportThatCannotFitEvictsNothing(Kind kind) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      files.add(file(kind, "wide" + i));
    }
    for (int threads : List.of(1, 4)) {
      TableImport work = TableImport.of(kind.format, files).withThreads(threads);
      assertThatThrownBy(() -> work.into(crowded, "big")).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("Cannot create big: needs at least ").hasMessageContaining(" idle")
          .hasMessageNotContaining("eviction");
      assertNothingEvicted();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anImportThatJustFitsIsNotRefused(Kind kind) throws IOException {
    Path file = file(kind, "wide");
    TableImport.of(kind.format, List.of(file)).into(tables, "measured");
    long bytes = client.list("measured").mapToLong(status -> status.heldBytes()).sum();
    try (TablePeer tight = new TablePeer(MemoryPeer.create(bytes)); PackiceClient to = tight.overSocket()) {
      assertThat(TableImport.of(kind.format, List.of(file)).into(new ArrowTables(to), "tight").rowCount())
          .isEqualTo(ROWS);
    }
  }

  @Test
  void aCompressedTextIsJudgedByItsRows() throws IOException {
    Path text = file(Kind.CSV, "wide.csv");
    Path zipped = folder.resolve("wide.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      Files.copy(text, out);
    }
    assertThatThrownBy(() -> TableImport.of(CsvFormat.standard(), List.of(zipped, zipped, zipped, zipped, zipped))
        .into(crowded, "big")).isInstanceOf(CapacityExceededException.class);
    assertNothingEvicted();
  }

  @Test
  void aReplacedTableIsNoRoomForTheNextVersion() throws IOException {
    List<Path> files = List.of(file(Kind.PARQUET, "a"), file(Kind.PARQUET, "b"), file(Kind.PARQUET, "c"),
        file(Kind.PARQUET, "d"));
    TableImport work = TableImport.of(ParquetFormat.standard(), files);
    assertThatThrownBy(
        () -> work.withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE)).into(crowded, "keep1"))
        .isInstanceOf(CapacityExceededException.class);
    assertNothingEvicted();
  }

  @Test
  void aCopyForAnotherNameThatCannotFitEvictsNothing() {
    try (TableWriter writer = crowded.create("large", NUMBERS, TableOptions.defaults().withPartBytes(1))) {
      for (int i = 0; i < 6; i++) {
        try (VectorSchemaRoot batch = numbers(new long[ROWS])) {
          writer.write(batch);
        }
      }
      writer.commit();
    }
    List<String> left = crowded.list().map(TableSummary::name).toList();
    long evictions = full.stats().evictions();
    assertThat(left).contains("keep4", "large");
    assertThatThrownBy(() -> crowded.rename("large", "larger")).isInstanceOf(CapacityExceededException.class)
        .hasMessageContaining("needs at least ");
    assertThat(crowded.list().map(TableSummary::name)).containsExactlyElementsOf(left);
    assertThat(full.stats().evictions()).isEqualTo(evictions);
  }

  /** Nobody knows what a program will write. */
  @Test
  void aWriterWhoseSizeNobodyKnowsIsToldWhatWentForIt() {
    try (TableWriter writer = crowded.create("big", NUMBERS, TableOptions.defaults().withPartBytes(1));
        VectorSchemaRoot batch = numbers(new long[ROWS])) {
      assertThatThrownBy(() -> {
        while (true) {
          writer.write(batch);
        }
      }).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("after the eviction of keep1, keep2, keep3, keep4 (8 objects, ");
    }
  }

  @Test
  void aWriterThatSaysWhatItWillWriteEvictsNothingInVain() {
    TableOptions options = TableOptions.defaults().withPartBytes(1).withExpectedRows(NUMBERS, 20L * ROWS);
    assertThatThrownBy(() -> crowded.create("big", NUMBERS, options)).isInstanceOf(CapacityExceededException.class)
        .hasMessageContaining("needs at least " + 20L * ROWS * Long.BYTES + " bytes");
    try (PartsWriter parts = crowded.parts("big", NUMBERS, options, Duration.ofMinutes(1));
        VectorSchemaRoot batch = numbers(new long[ROWS])) {
      assertThatThrownBy(() -> parts.write(batch)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("needs at least ");
    }
    assertNothingEvicted();
  }

  @Test
  void whoMayNotEvictIsRefused() {
    TableOptions options = TableOptions.defaults().withPartBytes(1).withRoom(Room.FREE);
    try (TableWriter writer = crowded.create("big", NUMBERS, options);
        VectorSchemaRoot batch = numbers(new long[ROWS])) {
      assertThatThrownBy(() -> {
        while (true) {
          writer.write(batch);
        }
      }).isInstanceOf(CapacityExceededException.class).hasMessageContaining("idle but not to be evicted");
    }
    assertNothingEvicted();
  }

  @Test
  void theLeastThatRowsTakeIsNoMoreThanTheyDo() {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    Schema schema = RandomVectors.everyType();
    for (int rows : List.of(0, 1, 7, 1_000)) {
      try (VectorSchemaRoot batch = new RandomVectors(seed, rows == 7 ? 1 : 0.3).batch(schema, rows, allocator);
          TableWriter writer = tables.create("every " + rows, schema)) {
        writer.write(batch);
        writer.commit();
      }
      long bytes = client.list("every " + rows + "/").mapToLong(status -> status.object().byteSize()).sum();
      assertThat(TableOptions.defaults().withExpectedRows(schema, rows).expectedBytes()).as("seed " + seed)
          .isBetween(rows * 100L, bytes);
    }
    assertThat(TableOptions.defaults().withExpectedRows(schema, Long.MAX_VALUE).expectedBytes())
        .isEqualTo(Long.MAX_VALUE);
    assertThatIllegalArgumentException().isThrownBy(() -> TableOptions.defaults().withExpectedBytes(-1))
        .withMessage("Cannot expect -1 bytes; give 0 if it is not known");
  }
}
