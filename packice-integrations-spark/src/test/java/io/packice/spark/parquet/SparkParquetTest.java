package io.packice.spark.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.parquet.ParquetEngine;
import io.packice.arrow.parquet.ParquetReader;
import io.packice.arrow.parquet.ParquetWriter;
import io.packice.arrow.parquet.ReadOptions;
import io.packice.arrow.parquet.WriteOptions;
import io.packice.spark.testing.TestSpark;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SparkParquetTest {
  /** All types that Spark writes, with nulls at all depths. */
  private static final String ROWS =
      """
          SELECT CAST(id AS INT) AS id, CAST(id - 50 AS TINYINT) AS b, CAST(id * 300 - 30000 AS SMALLINT) AS s,
            id * 1000000007 AS l, CAST(id AS FLOAT) / 3 AS f, CAST(id AS DOUBLE) / 7 AS d, id % 2 = 0 AS truth,
            IF(id % 5 = 0, NULL, CONCAT('Grüße ', id % 7)) AS t, CAST(CAST(id AS STRING) AS BINARY) AS bin,
            DATE_ADD(DATE'1899-12-30', CAST(id * 777 AS INT)) AS day,
            TIMESTAMP_MICROS(id * 1234567890123 - 9876543210) AS at,
            CAST(TIMESTAMP_MICROS(id * 987654321) AS TIMESTAMP_NTZ) AS local,
            CAST(id / 8 AS DECIMAL(5, 2)) AS d5, CAST(id * 1000000 / 8 AS DECIMAL(15, 3)) AS d15,
            CAST(id * 123456789012 AS DECIMAL(38, 10)) AS d38,
            IF(id % 4 = 0, NULL, SLICE(ARRAY('a', NULL, 'ccc'), 1, CAST(id % 4 AS INT))) AS texts,
            IF(id % 6 = 0, NULL, MAP_FROM_ARRAYS(SLICE(ARRAY('x', 'y'), 1, CAST(id % 3 AS INT)),
              SLICE(ARRAY(1L, NULL), 1, CAST(id % 3 AS INT)))) AS map,
            IF(id % 7 = 0, NULL, NAMED_STRUCT('n', IF(id % 3 = 0, NULL, id), 'inner', NAMED_STRUCT('t', CAST(id AS STRING)))) AS struct,
            IF(id % 3 = 0, NULL, ARRAY(NULL, NAMED_STRUCT('v', ARRAY(id, NULL)), NAMED_STRUCT('v', NULL))) AS deep
          FROM RANGE(0, 100, 1, 1)""";

  @TempDir static Path folder;

  private static SparkSession spark;

  private final RootAllocator allocator = new RootAllocator();

  @BeforeAll
  static void setUpSession() {
    spark = TestSpark.newSession();
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
    spark.conf().set("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED");
    spark.conf().set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
    spark.conf().set("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
    spark.conf().set("spark.sql.parquet.int96RebaseModeInRead", "CORRECTED");
  }

  private static List<Object> rows(Dataset<Row> data) {
    return new ArrayList<>(data.collectAsList().stream().map(Values::of).toList());
  }

  private List<Object> ours(Path file) throws IOException {
    List<Object> rows = new ArrayList<>();
    ReadOptions options = ReadOptions.defaults().withBatchRows(33).withChecksums(ReadOptions.Checksums.VERIFY);
    try (ParquetReader reader = ParquetEngine.standard().open(file, allocator, options)) {
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        for (int i = 0; i < batch.getRowCount(); i++) {
          List<Object> row = new ArrayList<>();
          for (FieldVector vector : batch.getFieldVectors()) {
            row.add(Values.of(vector, i));
          }
          rows.add(row);
        }
      }
    }
    allocator.close();
    return rows;
  }

  private static Path onlyFile(Path written) throws IOException {
    try (var files = Files.list(written)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({"uncompressed, INT96, false, v1", "snappy, TIMESTAMP_MICROS, false, v1", "gzip, INT96, true, v1",
      "zstd, TIMESTAMP_MICROS, true, v2", "lz4, INT96, false, v2", "lz4_raw, TIMESTAMP_MICROS, false, v2",
      "snappy, INT96, true, v2"})
  void weReadWhatSparkWrites(String codec, String timestamps, boolean legacy, String pages) throws IOException {
    Path written = folder.resolve("spark-" + codec + timestamps + legacy + pages);
    spark.conf().set("spark.sql.parquet.outputTimestampType", timestamps);
    spark.conf().set("spark.sql.parquet.writeLegacyFormat", legacy);
    spark.sql(ROWS).write().mode(SaveMode.ErrorIfExists).option("compression", codec)
        .option("parquet.writer.version", pages).option("parquet.page.size", "500").parquet(written.toString());
    List<Object> expected = rows(spark.read().parquet(written.toString()));
    assertThat(expected).hasSize(100);
    assertThat(ours(onlyFile(written))).isEqualTo(expected);
  }

  /** Spark's file is read by us, written by us with another codec, and read by Spark. */
  @ParameterizedTest
  @EnumSource(WriteOptions.Codec.class)
  void sparkReadsWhatWeWrite(WriteOptions.Codec codec) throws IOException {
    Path written = folder.resolve("source-" + codec);
    spark.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    spark.conf().set("spark.sql.parquet.writeLegacyFormat", false);
    spark.sql(ROWS).write().parquet(written.toString());
    Path copy = folder.resolve("ours-" + codec + ".parquet");
    try (ParquetReader reader = ParquetEngine.standard().open(onlyFile(written), allocator, ReadOptions.defaults());
        FileChannel out = FileChannel.open(copy, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        ParquetWriter writer = ParquetEngine.standard().create(out, new Schema(reader.schema().getFields()),
            WriteOptions.defaults().withCodec(codec).withPageBytes(500).withRowGroupBytes(20_000))) {
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        writer.write(batch);
      }
      writer.finish();
    }
    Dataset<Row> read = spark.read().parquet(copy.toString());
    assertThat(rows(read)).isEqualTo(rows(spark.sql(ROWS))).isEqualTo(ours(copy));
    assertThat(read.schema()).isEqualTo(spark.read().parquet(written.toString()).schema());
    // By statistics and page index, without vectors, and counted
    assertThat(rows(read.where("id BETWEEN 40 AND 41 AND l > 0 AND t = 'Grüße 6'"))).hasSize(1);
    assertThat(rows(read.where("d > 14 AND f < 34"))).hasSize(1);
    assertThat(read.where("struct IS NULL").count()).isEqualTo(15);
  }

  @Test
  void sparkReadsItsOwnInstantsAsWeDo() throws IOException {
    Path file = Path.of("").toAbsolutePath().getParent().resolveSibling("shared")
        .resolve("data/parquet/int96_from_spark.parquet");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(file), "needs ../shared/data/parquet beside the project");
    assertThat(ours(file)).isEqualTo(rows(spark.read().parquet(file.toString())));
  }
}
