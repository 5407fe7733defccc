package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.parquet.PlainReadOptions;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What parquet-java writes with each of its encodings, read by us and by itself. */
class EncodingsTest {
  private static final long SEED = Long.getLong("packice.seed", 20250701L);
  private static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
      message all {
        required int32 i; optional int64 l; optional float f; required double d; optional boolean b;
        optional binary s (STRING); required binary sorted (STRING); optional fixed_len_byte_array(5) x;
        optional int96 t; repeated int32 r; repeated group g { optional binary a; repeated int64 n; }
      }""");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"PARQUET_1_0,false,true,", "PARQUET_1_0,false,false,", "PARQUET_1_0,true,false,BYTE_STREAM_SPLIT",
      "PARQUET_2_0,false,true,RLE_DICTIONARY", "PARQUET_2_0,false,false,DELTA_BYTE_ARRAY",
      "PARQUET_2_0,true,false,DELTA_BINARY_PACKED"})
  void everyEncodingIsRead(WriterVersion version, boolean split, boolean dictionary, Encoding used) throws IOException {
    Path file = folder.resolve("encoded.parquet");
    Random random = new Random(SEED);
    try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(SCHEMA)
        .withConf(new PlainParquetConfiguration()).withCodecFactory(new Codecs()).withWriterVersion(version)
        .withDictionaryEncoding(dictionary).withByteStreamSplitEncoding(split).withPageSize(2000)
        .withPageRowCountLimit(333).withRowGroupSize(100_000L).build()) {
      for (int i = 0; i < 5000; i++) {
        writer.write(row(i, random));
      }
    }
    try (ParquetFileReader reader =
        new ParquetFileReader(new LocalInputFile(file), PlainReadOptions.with(new Codecs()))) {
      if (used != null) {
        assertThat(reader.getRowGroups().getFirst().getColumns()).as("seed %d", SEED)
            .anySatisfy(column -> assertThat(column.getEncodings()).contains(used));
      }
    }
    try (RootAllocator allocator = new RootAllocator()) {
      ReadOptions options = ReadOptions.defaults().withChecksums(ReadOptions.Checksums.VERIFY).withBatchRows(777);
      assertThat(ParquetFiles.rows(file, allocator, options)).as("seed %d", SEED).isEqualTo(GroupRows.rows(file));
    }
  }

  /** What a VARIANT means stands in its bytes, which stay as they are. */
  @Test
  void aVariantIsWhatItIsStoredAs() throws IOException {
    MessageType schema = Types.buildMessage().addField(Types.optionalGroup()
        .as(LogicalTypeAnnotation.variantType((byte) 1)).required(PrimitiveTypeName.BINARY).named("metadata")
        .required(PrimitiveTypeName.BINARY).named("value").named("v")).named("m");
    Path file = folder.resolve("variant.parquet");
    try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(schema)
        .withConf(new PlainParquetConfiguration()).withCodecFactory(new Codecs()).build()) {
      Group row = new SimpleGroup(schema);
      Group variant = row.addGroup("v");
      variant.add("metadata", Binary.fromConstantByteArray(new byte[] {1, 0, 0}));
      variant.add("value", Binary.fromConstantByteArray(new byte[] {12, 42})); // the number 42 of 8 bits
      writer.write(row);
      writer.write(new SimpleGroup(schema));
    }
    try (RootAllocator allocator = new RootAllocator();
        ParquetReader reader = ParquetEngine.standard().open(file, allocator, ReadOptions.defaults())) {
      assertThat(reader.schema()).hasToString(
          "Schema<v: Struct<metadata: Binary not null, value: Binary not null>>");
      assertThat(ParquetFiles.rows(file, allocator, ReadOptions.defaults()))
          .containsExactly(List.of(List.of("\1\0\0", "\f*")), Collections.singletonList(null));
    }
  }

  private static Group row(int i, Random random) {
    Group row = new SimpleGroup(SCHEMA);
    row.add("i", random.nextInt(100) == 0 ? random.nextInt() : i);
    if (random.nextInt(5) > 0) {
      row.add("l", random.nextInt(50) == 0 ? random.nextLong() : i * 1000L);
      row.add("f", random.nextFloat());
      row.add("b", random.nextInt(3) == 0);
      row.add("s", "text " + random.nextInt(500));
    }
    row.add("d", random.nextGaussian());
    row.add("sorted", String.format("prefix/%06d/ü", i));
    if (i % 3 == 0) {
      byte[] five = new byte[5];
      random.nextBytes(five);
      row.add("x", Binary.fromConstantByteArray(five));
      byte[] time = new byte[12];
      time[0] = (byte) i;
      time[8] = (byte) 0x8C;
      time[9] = 0x3D;
      time[10] = 0x25;
      row.add("t", Binary.fromConstantByteArray(time));
    }
    for (int n = random.nextInt(4); n > 0; n--) {
      row.add("r", random.nextInt(10));
      Group inner = row.addGroup("g");
      if (n != 2) {
        inner.add("a", Binary.fromString("a" + n));
      }
      for (int m = random.nextInt(3); m > 0; m--) {
        inner.add("n", (long) m);
      }
    }
    return row;
  }
}
