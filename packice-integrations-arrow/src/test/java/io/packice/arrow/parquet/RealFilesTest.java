package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Impala, Spark, Hive, parquet-rs and others have written. */
class RealFilesTest {
  private static final String MALFORMED = "nation.dict-malformed.parquet";
  private static final String CORRUPT = "datapage_v1-corrupt-checksum.parquet";

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private List<List<Object>> rows(String name) throws IOException {
    return ParquetFiles.rows(ParquetFiles.folder().resolve(name), allocator, ReadOptions.defaults());
  }

  private List<Object> column(String name) throws IOException {
    return rows(name).stream().map(List::getFirst).collect(Collectors.toCollection(ArrayList::new));
  }

  @Test
  void everyFileHasTheRowsThatParquetJavaReads() throws IOException {
    for (Path file : ParquetFiles.all()) {
      if (!file.endsWith(MALFORMED)) {
        assertThat(ParquetFiles.rows(file, allocator, ReadOptions.defaults())).as(file.getFileName().toString())
            .isNotEmpty().isEqualTo(GroupRows.rows(file));
      }
    }
  }

  @Test
  void aFileThatCountsItsDictionariesWrongIsReadWhereParquetJavaGivesUp() throws IOException {
    Path file = ParquetFiles.folder().resolve(MALFORMED);
    assertThatThrownBy(() -> GroupRows.rows(file)).isInstanceOf(EOFException.class);
    List<List<Object>> nations = rows(MALFORMED);
    assertThat(nations).hasSize(25);
    assertThat(nations.stream().map(nation -> nation.get(1)).toList()).startsWith("ALGERIA", "ARGENTINA", "BRAZIL")
        .endsWith("RUSSIA", "UNITED KINGDOM", "UNITED STATES");
    assertThat(nations.stream().map(List::getFirst).toList()).isEqualTo(IntStream.range(0, 25).boxed().toList());
  }

  @Test
  void everyFileHasTheSameRowsInSmallBatches() throws IOException {
    for (Path file : ParquetFiles.all()) {
      assertThat(ParquetFiles.rows(file, allocator, ReadOptions.defaults().withBatchRows(3)))
          .as(file.getFileName().toString()).isEqualTo(ParquetFiles.rows(file, allocator, ReadOptions.defaults()));
    }
  }

  @Test
  void checksumsAreVerifiedOnRequest() throws IOException {
    ReadOptions verifying = ReadOptions.defaults().withChecksums(ReadOptions.Checksums.VERIFY);
    for (Path file : ParquetFiles.all()) {
      if (file.endsWith(CORRUPT)) {
        assertThatThrownBy(() -> ParquetFiles.rows(file, allocator, verifying)).isInstanceOf(ParquetException.class)
            .hasMessageContainingAll(CORRUPT, "row group 0", "column a", "checksum 0f4f6d0a instead of bbce3b9d");
      } else {
        assertThat(ParquetFiles.rows(file, allocator, verifying)).isNotEmpty();
      }
    }
  }

  @Test
  void instantsOfSparkAreRightWhateverTheirYear() throws IOException {
    List<Object> expected = Stream.of("2024-01-01T20:34:56.123456Z", "2024-01-01T01:00:00Z", "9999-12-31T03:00:00Z",
        "2024-12-30T23:00:00Z", null, "+290000-12-30T23:00:00Z")
        .map(text -> text == null ? null : (Object) ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text)))
        .toList();
    assertThat(column("int96_from_spark.parquet")).isEqualTo(expected);
  }

  @Test
  void deltasAreAsTheFileBesideThemSays() throws IOException {
    List<String> expected = Files.readAllLines(ParquetFiles.folder().resolve("delta_binary_packed_expect.csv"));
    List<List<Object>> rows = rows("delta_binary_packed.parquet");
    assertThat(expected).hasSize(rows.size() + 1);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).stream().map(String::valueOf).toList()).as("row %d", i)
          .isEqualTo(Arrays.asList(expected.get(i + 1).split(",")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte_array_decimal", "fixed_length_decimal", "fixed_length_decimal_legacy", "int32_decimal",
      "int64_decimal"})
  void decimalsOfAllEncodingsGoFromOneToTwentyFour(String name) throws IOException {
    assertThat(column(name + ".parquet")).isEqualTo(
        IntStream.rangeClosed(1, 24).mapToObj(i -> (Object) (i + ".00")).toList());
  }

  @Test
  void listsOfAllDepthsComeWithTheirNulls() throws IOException {
    assertThat(rows("list_columns.parquet")).isEqualTo(List.of(
        List.of(List.of(1L, 2L, 3L), List.of("abc", "efg", "hij")),
        Arrays.asList(Arrays.asList(null, 1L), null),
        List.of(List.of(4L), Arrays.asList("efg", null, "hij", "xyz"))));
    assertThat(rows("null_list.parquet")).isEqualTo(List.of(List.of(List.of())));
    assertThat(rows("nested_lists.snappy.parquet").getFirst()).isEqualTo(List.of(
        Arrays.asList(List.of(List.of("a", "b"), List.of("c")), Arrays.asList(null, List.of("d"))), 1));
  }

  @Test
  void mapsInMapsComeWithTheirNulls() throws IOException {
    List<List<Object>> rows = rows("nested_maps.snappy.parquet");
    assertThat(rows.stream().map(List::getFirst).toList()).startsWith(
        List.of(List.of("a", List.of(List.of(1, true), List.of(2, false)))),
        List.of(List.of("b", List.of(List.of(1, true)))),
        List.of(Arrays.asList("c", null)),
        List.of(List.of("d", List.of())));
  }

  @Test
  void nullsInStructsAreNulls() throws IOException {
    List<Object> nothing = new ArrayList<>();
    nothing.add(null);
    assertThat(column("nulls.snappy.parquet")).hasSize(8).containsOnly(nothing);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"id < 4|4", "id >= 4 AND bool_col = false|2",
      "NOT (id = 4 OR id IN (5, 6))|5", "id IS NULL|0", "double_col BETWEEN 10 AND 11|4",
      "timestamp_col >= '2009-04-01 00:00:00'|2", "string_col = '1'|4", "string_col <> '1' AND float_col != 1.1|4",
      "id > 1.5 AND id <= 3.99|2", "id = NULL|0"})
  void rowsAreFiltered(String where, int count) throws IOException {
    Path file = ParquetFiles.folder().resolve("alltypes_plain.parquet");
    ReadOptions options = ReadOptions.defaults().withFilter(RowFilter.parse(where)).withColumns(List.of("string_col"));
    assertThat(ParquetFiles.rows(file, allocator, options)).hasSize(count);
  }

  @Test
  void onlyTheColumnsWantedAreRead() throws IOException {
    Path file = ParquetFiles.folder().resolve(CORRUPT); // b's first page is damaged less visibly than a's; neither is touched
    Path good = ParquetFiles.folder().resolve("alltypes_plain.parquet");
    ReadOptions options = ReadOptions.defaults().withColumns(List.of("double_col", "id"));
    try (ParquetReader reader = ParquetEngine.standard().open(good, allocator, options);
        ParquetReader all = ParquetEngine.standard().open(good, allocator, ReadOptions.defaults())) {
      VectorSchemaRoot batch = reader.next();
      assertThat(batch).isNotNull();
      assertThat(batch.getSchema().getFields()).extracting(f -> f.getName()).containsExactly("double_col", "id");
      assertThat(reader.totalBytes()).isLessThan(all.totalBytes() / 2);
    }
    assertThatThrownBy(() -> ParquetEngine.standard().open(file, allocator, options))
        .isInstanceOf(IllegalArgumentException.class).hasMessage("Cannot read column double_col: there is none of that"
            + " name, only a, b; choose among these");
  }
}
