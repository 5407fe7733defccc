package io.packice.arrow.ipc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.RandomVectors;
import io.packice.arrow.TableFixture;
import io.packice.arrow.batch.BatchLayout;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportFile;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.manifest.TableSummary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrow of before 0.15, which is read, and what is sound and not read, which is refused in those words. */
final class OldAndOtherArrowTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 15);
  private static final IpcOption OLD =
      new IpcOption(true, org.apache.arrow.vector.types.MetadataVersion.V4);

  @TempDir private Path folder;

  private static byte[] old(boolean isFile, VectorSchemaRoot root, MapDictionaryProvider dictionaries)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowWriter writer = isFile
        ? new ArrowFileWriter(root, dictionaries, Channels.newChannel(out), Map.of(), OLD)
        : new ArrowStreamWriter(root, dictionaries, Channels.newChannel(out), OLD)) {
      writer.start();
      writer.writeBatch();
      writer.writeBatch();
      writer.end();
    }
    return out.toByteArray();
  }

  private byte[] old(boolean isFile, VectorSchemaRoot root) throws IOException {
    return old(isFile, root, new MapDictionaryProvider());
  }

  private TableSummary load(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("f"), bytes);
    return TableImport.of(IpcFormat.file(), List.of(file)).into(tables, "t");
  }

  private TableSummary loadFromPipe(byte[] bytes) throws IOException {
    ImportSource pipe = ImportSource.once("the pipe", new ByteArrayInputStream(bytes));
    return TableImport.ofFiles(IpcFormat.file(), List.of(ImportFile.of(pipe))).into(tables, "t");
  }

  private void assertHasTwice(VectorSchemaRoot expected) {
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema()).isEqualTo(expected.getSchema());
      assertThat(table.batchCount()).isEqualTo(2);
      for (int i = 0; i < 2; i++) {
        try (VectorSchemaRoot batch = table.batch(i, allocator)) {
          assertEqual(batch, expected);
        }
      }
    }
    tables.drop("t");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 37, 50})
  void arrowBefore015IsRead(int rows) throws IOException {
    try (VectorSchemaRoot batch =
        new RandomVectors(SEED, 0.2).batch(RandomVectors.everyType(), rows, allocator)) {
      byte[] stream = old(false, batch);
      assertThat(Arrays.copyOf(stream, 4)).isNotEqualTo(new byte[] {-1, -1, -1, -1});
      assertThat(IpcFormat.begins(Arrays.copyOf(stream, 1000))).isTrue();
      load(stream);
      assertHasTwice(batch);
      loadFromPipe(stream);
      assertHasTwice(batch);
      load(Arrays.copyOf(stream, stream.length - 4)); // without the mark of its end
      assertHasTwice(batch);
      load(old(true, batch));
      assertHasTwice(batch);
    }
  }

  @Test
  void dictionariesOfBefore015AreRead() throws IOException {
    DictionaryEncoding encoding = new DictionaryEncoding(3, false, new ArrowType.Int(8, true));
    Field field = new Field("word", new FieldType(true, new ArrowType.Int(8, true), encoding), null);
    try (VarCharVector words = new VarCharVector("words", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator)) {
      words.setSafe(0, "red".getBytes(UTF_8));
      words.setValueCount(1);
      root.allocateNew();
      root.setRowCount(2); // nulls
      for (boolean isFile : new boolean[] {false, true}) {
        assertThat(load(old(isFile, root, new MapDictionaryProvider(new Dictionary(words, encoding)))).rowCount())
            .isEqualTo(4);
        tables.drop("t");
      }
    }
  }

  @Test
  void whatFollowsAnOldStreamIsReadOrRefused() throws IOException {
    try (VectorSchemaRoot batch = numbers(1, 2)) {
      byte[] stream = old(false, batch);
      byte[] twice = Arrays.copyOf(stream, 2 * stream.length);
      System.arraycopy(stream, 0, twice, stream.length, stream.length);
      load(twice);
      assertThat(readNumbers("t")).containsExactly(1L, 2L, 1L, 2L, 1L, 2L, 1L, 2L);
      tables.drop("t");
      assertThatThrownBy(() -> load(Arrays.copyOf(stream, stream.length + 5))).isInstanceOf(ImportException.class)
          .hasMessageContaining(": 5 bytes follow the end of its Arrow stream, which are no other stream");
      for (int length = 4; length < stream.length - 4; length += 4) {
        byte[] cut = Arrays.copyOf(stream, length);
        try {
          load(cut);
          tables.drop("t"); // cut between two messages, as a stream may end
        } catch (ImportException expected) {
          assertThat(expected).hasMessageContaining("it is no Arrow IPC, or damaged (");
        }
      }
    }
    peer.requireEmpty();
  }

  // ---- what is sound, and not read

  private static byte[] message(List<Field> fields, short version, short endianness, String... metadata) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int vector = org.apache.arrow.flatbuf.Schema.createFieldsVector(builder,
        fields.stream().mapToInt(field -> field.getField(builder)).toArray());
    org.apache.arrow.flatbuf.Schema.startSchema(builder);
    org.apache.arrow.flatbuf.Schema.addEndianness(builder, endianness);
    org.apache.arrow.flatbuf.Schema.addFields(builder, vector);
    int schema = org.apache.arrow.flatbuf.Schema.endSchema(builder);
    int[] entries = Arrays.stream(metadata).mapToInt(key -> KeyValue.createKeyValue(builder,
        builder.createString(key), builder.createString("lz4"))).toArray();
    int custom = Message.createCustomMetadataVector(builder, entries);
    Message.startMessage(builder);
    Message.addHeaderType(builder, MessageHeader.Schema);
    Message.addHeader(builder, schema);
    Message.addVersion(builder, version);
    Message.addBodyLength(builder, 0);
    Message.addCustomMetadata(builder, custom);
    builder.finish(Message.endMessage(builder));
    return BatchLayout.encapsulate(builder.dataBuffer(), 0);
  }

  private void refused(byte[] bytes, String says) {
    assertThat(IpcFormat.begins(bytes)).isTrue();
    assertThatThrownBy(() -> load(bytes)).isInstanceOf(ImportException.class)
        .hasMessage("Cannot import " + folder.resolve("f") + ": " + says);
    assertThatThrownBy(() -> loadFromPipe(bytes)).isInstanceOf(ImportException.class)
        .hasMessage("Cannot import the pipe: " + says);
    peer.requireEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, 1", "2, 3", "5, 6", "200, 201", "-32768, -32767"})
  void otherVersionsOfTheMetadataAreRefused(short stored, int called) {
    refused(message(NUMBERS.getFields(), stored, Endianness.Little),
        "it says version " + called
            + " of Arrow's metadata, and 4 and 5 are supported; write it in one of these, or get"
            + " it anew");
  }

  @Test
  void theVersionsThatThereAreAreRead() throws IOException {
    for (short version : new short[] {MetadataVersion.V4, MetadataVersion.V5}) {
      assertThat(load(message(NUMBERS.getFields(), version, Endianness.Little)).rowCount()).isZero();
      tables.drop("t");
    }
  }

  @Test
  void theVersionOfEachMessageCounts() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(message(NUMBERS.getFields(), MetadataVersion.V5, Endianness.Little));
    out.write(message(NUMBERS.getFields(), (short) 7, Endianness.Little));
    assertThatThrownBy(() -> load(out.toByteArray())).isInstanceOf(ImportException.class)
        .hasMessageContaining("it says version 8 of Arrow's metadata");
  }

  @Test
  void bigEndianIsRefused() {
    refused(message(NUMBERS.getFields(), MetadataVersion.V5, Endianness.Big),
        "its numbers are big-endian, which is not supported; write it on, or for, a little-endian machine");
  }

  @Test
  void unionsOfVersion4AreRefused() {
    Field number = RandomVectors.field("n", new ArrowType.Int(64, true));
    Field union = RandomVectors.required("u", new ArrowType.Union(UnionMode.Dense, new int[] {0}), number);
    for (Field field : List.of(union, RandomVectors.field("l", new ArrowType.List(), union))) {
      refused(message(List.of(field), MetadataVersion.V4, Endianness.Little),
          "its column u is a union of version 4 of the format, and unions are supported from version 5 on; write it anew"
              + " with Arrow 1.0 or later");
    }
  }

  @Test
  void theCompressionOfArrow017IsRefused() {
    refused(message(NUMBERS.getFields(), MetadataVersion.V4, Endianness.Little, "ARROW:experimental_compression"),
        "it is compressed as Arrow 0.17 did, which is not supported; write it anew with Arrow 1.0 or later");
  }

  /** An old writer called what has no name nothing. */
  @Test
  void aColumnWithoutANameHasTheEmptyOne() throws IOException {
    Field nameless = new Field(null, FieldType.nullable(new ArrowType.Int(64, true)), null);
    Field list = new Field("l", FieldType.nullable(new ArrowType.LargeList()), List.of(nameless));
    load(message(List.of(nameless, list), MetadataVersion.V5, Endianness.Little));
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema().getFields().getFirst().getName()).isEmpty();
      assertThat(table.schema().getFields().getLast().getChildren().getFirst().getName()).isEmpty();
    }
  }

  @Test
  void textIsNoArrowOfBefore015() {
    for (String text : List.of("", "a,b\n1,2\n", "\0\0\0\0\0\0\0\0\0", "\u0004\0\0\0abcdefgh", "{\"a\":1}",
        "\u001c\0\0\0\u0010\0\0\0" + "\0".repeat(40))) {
      assertThat(IpcFormat.begins(text.getBytes(UTF_8))).as(text).isFalse();
    }
  }
}
