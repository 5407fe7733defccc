package io.packice.arrow.ipc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.RandomVectors;
import io.packice.arrow.ScanOptions;
import io.packice.arrow.TableFixture;
import io.packice.arrow.TablePeer;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportFile;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.manifest.TableSummary;
import io.packice.core.CapacityExceededException;
import io.packice.peers.MemoryPeer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IpcImportTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 5);
  private static final Schema EVERY_TYPE = RandomVectors.everyType();
  private static final int MUTATIONS = 125; // of each kind

  @TempDir private Path folder;

  /** How Arrow's own writers write. */
  enum Kind {
    FILE, STREAM, LZ4_FILE, ZSTD_STREAM;

    ArrowWriter writer(VectorSchemaRoot root, ByteArrayOutputStream out) {
      CommonsCompressionFactory codecs = CommonsCompressionFactory.INSTANCE;
      return switch (this) {
        case FILE -> new ArrowFileWriter(root, null, Channels.newChannel(out));
        case STREAM -> new ArrowStreamWriter(root, null, out);
        case LZ4_FILE -> new ArrowFileWriter(root, null, Channels.newChannel(out), Map.of(), IpcOption.DEFAULT, codecs,
            CodecType.LZ4_FRAME);
        case ZSTD_STREAM -> new ArrowStreamWriter(root, null, Channels.newChannel(out), IpcOption.DEFAULT, codecs,
            CodecType.ZSTD);
      };
    }
  }

  private VectorSchemaRoot batch(Schema schema, int rows) {
    return new RandomVectors(SEED + rows, 0.2).batch(schema, rows, allocator);
  }

  private byte[] write(Kind kind, VectorSchemaRoot... batches) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(batches[0].getSchema(), allocator);
        ArrowWriter writer = kind.writer(root, out)) {
      writer.start();
      for (VectorSchemaRoot batch : batches) {
        try (ArrowRecordBatch unloaded = new VectorUnloader(batch).getRecordBatch()) {
          new VectorLoader(root).load(unloaded);
        }
        writer.writeBatch();
      }
      writer.end();
    }
    return out.toByteArray();
  }

  private Path file(String name, byte... bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private TableSummary load(Path... files) throws IOException {
    return TableImport.of(IpcFormat.file(), List.of(files)).into(tables, "t");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatArrowWritesIsThereAsItWasWritten(Kind kind) throws IOException {
    try (VectorSchemaRoot first = batch(EVERY_TYPE, 50);
        VectorSchemaRoot none = batch(EVERY_TYPE, 0);
        VectorSchemaRoot last = batch(EVERY_TYPE, 7)) {
      boolean isCompressed = kind == Kind.LZ4_FILE || kind == Kind.ZSTD_STREAM; // Arrow's writers fail to compress nothing
      List<VectorSchemaRoot> expected = isCompressed ? List.of(first, last) : List.of(first, none, last);
      TableSummary summary = load(file("every", write(kind, expected.toArray(VectorSchemaRoot[]::new))));
      assertThat(summary.rowCount()).isEqualTo(57);
      try (ArrowTable table = tables.open("t")) {
        assertThat(table.schema()).isEqualTo(EVERY_TYPE);
        for (int i = 0; i < expected.size(); i++) {
          try (VectorSchemaRoot batch = table.batch(i, allocator)) {
            assertEqual(batch, expected.get(i));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFileWithoutBatchesIsATableWithoutRows(Kind kind) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(NUMBERS, allocator);
        ArrowWriter writer = kind.writer(root, out)) {
      writer.start();
      writer.end();
    }
    assertThat(load(file("empty", out.toByteArray())).rowCount()).isZero();
    assertThat(readNumbers("t")).isEmpty();
  }

  @Test
  void severalFilesMakeOneTable() throws IOException {
    try (VectorSchemaRoot one = numbers(1, 2); VectorSchemaRoot two = numbers(3)) {
      load(file("a", write(Kind.FILE, one)), file("b", write(Kind.ZSTD_STREAM, two)));
    }
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 3L);
  }

  @Test
  void filesOfDifferentSchemasAreRefused() throws IOException {
    Schema text = new Schema(List.of(RandomVectors.field("text", new ArrowType.Utf8())));
    try (VectorSchemaRoot one = numbers(1); VectorSchemaRoot other = batch(text, 3)) {
      Path a = file("a", write(Kind.FILE, one));
      Path b = file("b", write(Kind.FILE, other));
      assertThatThrownBy(() -> load(a, b)).isInstanceOf(ImportException.class)
          .hasMessageContaining("b together with").hasMessageContaining("make two tables");
    }
    peer.requireEmpty();
  }

  // ---- dictionaries

  private static final DictionaryEncoding ENCODING = new DictionaryEncoding(7, false, new ArrowType.Int(32, true));
  private static final Field COLOUR =
      new Field("colour", new FieldType(true, new ArrowType.Int(32, true), ENCODING), null);

  private VarCharVector words(String... words) {
    VarCharVector vector = new VarCharVector("words", allocator);
    vector.allocateNew();
    for (int i = 0; i < words.length; i++) {
      vector.setSafe(i, words[i].getBytes(UTF_8));
    }
    vector.setValueCount(words.length);
    return vector;
  }

  private VectorSchemaRoot colours(Integer... indices) {
    VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(COLOUR)), allocator);
    IntVector vector = (IntVector) root.getVector(0);
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, indices[i]);
      }
    }
    root.setRowCount(indices.length);
    return root;
  }

  private List<String> readTexts() {
    List<String> texts = new ArrayList<>();
    ScanOptions decoded = ScanOptions.all().withDictionaries(ScanOptions.Dictionaries.DECODED);
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator, decoded)) {
      while (batches.hasNext()) {
        FieldVector vector = batches.next().getVector(0);
        for (int i = 0; i < vector.getValueCount(); i++) {
          texts.add(String.valueOf(vector.getObject(i)));
        }
      }
    }
    return texts;
  }

  @Test
  void aDictionaryEncodedColumnStaysOne() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VarCharVector words = words("red", "green"); VectorSchemaRoot root = colours(1, 0, null, 1)) {
      MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, ENCODING));
      try (ArrowFileWriter writer = new ArrowFileWriter(root, dictionaries, Channels.newChannel(out))) {
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    load(file("colours", out.toByteArray()));
    assertThat(readTexts()).containsExactly("green", "red", "null", "green");
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema().getFields().getFirst().getType()).isEqualTo(new ArrowType.Int(32, true));
      assertThat(table.schema().getFields().getFirst().getDictionary()).isNotNull();
    }
  }

  @Test
  void aColumnThatFilesEncodeInDifferentWaysIsDecoded() throws IOException {
    List<Path> files = new ArrayList<>();
    for (ArrowType.Int type : List.of(new ArrowType.Int(32, true), new ArrowType.Int(8, true))) {
      DictionaryEncoding encoding = new DictionaryEncoding(files.size(), false, type);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Field field = new Field("colour", new FieldType(true, type, encoding), null);
      try (VarCharVector words = words("red", "green");
          VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator)) {
        ((BaseIntVector) root.getVector(0)).setWithPossibleTruncate(0, 1);
        root.setRowCount(1);
        MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, encoding));
        try (ArrowFileWriter writer = new ArrowFileWriter(root, dictionaries, Channels.newChannel(out))) {
          writer.start();
          writer.writeBatch();
          writer.end();
        }
      }
      files.add(file("colours" + files.size(), out.toByteArray()));
    }
    load(files.toArray(Path[]::new));
    assertThat(readTexts()).containsExactly("green", "green");
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema().getFields().getFirst().getType()).isEqualTo(new ArrowType.Utf8());
    }
  }

  private void writeDictionary(WriteChannel out, VarCharVector words, boolean isDelta) throws IOException {
    try (VectorSchemaRoot root = VectorSchemaRoot.of(words);
        ArrowDictionaryBatch batch =
            new ArrowDictionaryBatch(ENCODING.getId(), new VectorUnloader(root).getRecordBatch(), isDelta)) {
      MessageSerializer.serialize(out, batch);
    }
  }

  private void writeBatch(WriteChannel out, VectorSchemaRoot root) throws IOException {
    try (root; ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      MessageSerializer.serialize(out, batch);
    }
  }

  @Test
  void dictionariesInAStreamMayGrowAndBeReplaced() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WriteChannel out = new WriteChannel(Channels.newChannel(bytes));
    try (VarCharVector words = words("red")) {
      MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, ENCODING));
      Field message = DictionaryUtility.toMessageFormat(COLOUR, dictionaries, new HashSet<>());
      MessageSerializer.serialize(out, new Schema(List.of(message)));
    }
    writeDictionary(out, words("red"), false);
    writeBatch(out, colours(0, 0));
    writeDictionary(out, words("green", "blue"), true);
    writeBatch(out, colours(2, 1, 0));
    writeDictionary(out, words("white"), false);
    writeBatch(out, colours(0));
    load(file("stream", bytes.toByteArray())); // a stream may also end without a mark
    assertThat(readTexts()).containsExactly("red", "red", "blue", "green", "red", "white");
  }

  @Test
  void anIndexThatIsNotInItsDictionaryIsAnError() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VarCharVector words = words("red"); VectorSchemaRoot root = colours(1)) {
      MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, ENCODING));
      try (ArrowFileWriter writer = new ArrowFileWriter(root, dictionaries, Channels.newChannel(out))) {
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    Path file = file("colours", out.toByteArray());
    assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class).hasMessageContaining("damaged");
    peer.requireEmpty();
  }

  // ---- streams behind each other, and from pipes

  private TableSummary loadFromPipe(byte[] bytes) throws IOException {
    ImportSource pipe = ImportSource.once("the pipe", new ByteArrayInputStream(bytes));
    return TableImport.ofFiles(IpcFormat.file(), List.of(ImportFile.of(pipe))).into(tables, "t");
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private byte[] stream(long... values) throws IOException {
    try (VectorSchemaRoot batch = numbers(values)) {
      return write(Kind.STREAM, batch);
    }
  }

  @Test
  void streamsOfTheSameColumnsBehindEachOtherAreAllRead() throws IOException {
    byte[] first = stream(1, 2);
    byte[] both = join(join(first, stream(3)), stream());
    load(file("both", both));
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 3L);
    tables.drop("t");
    loadFromPipe(both);
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 3L);
    tables.drop("t");
    load(file("unmarked", join(Arrays.copyOf(first, first.length - 8), stream(3))));
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whatElseFollowsAStreamIsRefusedByItsLength() throws IOException {
    byte[] others;
    try (VectorSchemaRoot batch = batch(new Schema(List.of(RandomVectors.field("text", new ArrowType.Utf8()))), 3)) {
      others = write(Kind.STREAM, batch);
    }
    for (byte[] follows : List.of(others, "text".getBytes(UTF_8), new byte[5], new byte[100],
        Arrays.copyOf(stream(1), 20), new byte[] {-1, -1, -1, -1, 0, 0, 0, 0})) {
      byte[] bytes = join(stream(1, 2), follows);
      Path file = file("both", bytes);
      String message = ": " + follows.length + " bytes follow the end of its Arrow stream, "
          + (Arrays.equals(follows, others) ? "a stream of the columns [text: Utf8" : "which are no other stream");
      assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
          .hasMessageStartingWith("Cannot import " + file + message);
      assertThatThrownBy(() -> loadFromPipe(bytes)).isInstanceOf(ImportException.class)
          .hasMessageStartingWith("Cannot import the pipe" + message);
    }
    peer.requireEmpty();
  }

  @Test
  void filesBehindEachOtherAreRefused() throws IOException {
    try (VectorSchemaRoot one = numbers(1, 2); VectorSchemaRoot two = numbers(3, 4)) {
      Path file = file("both", join(write(Kind.FILE, one), write(Kind.FILE, two)));
      assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
          .hasMessageContaining("import each of them by itself");
    }
    peer.requireEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, names = {"STREAM", "ZSTD_STREAM"})
  void aPipeGivesAllBatchesOfAStream(Kind kind) throws IOException {
    try (VectorSchemaRoot first = batch(EVERY_TYPE, 50); VectorSchemaRoot last = batch(EVERY_TYPE, 7)) {
      assertThat(loadFromPipe(write(kind, first, last)).rowCount()).isEqualTo(57);
      try (ArrowTable table = tables.open("t");
          VectorSchemaRoot one = table.batch(0, allocator);
          VectorSchemaRoot two = table.batch(1, allocator)) {
        assertEqual(one, first);
        assertEqual(two, last);
      }
    }
  }

  @Test
  void aBodyThatIsLargerThanWhatIsTakenAtOnceComesThroughAPipe() throws IOException {
    long[] values = new long[5 << 20];
    Arrays.setAll(values, i -> i);
    byte[] bytes = stream(values);
    loadFromPipe(bytes);
    assertThat(readNumbers("t")).hasSize(values.length).startsWith(0L, 1L).endsWith(values.length - 1L);
    tables.drop("t");
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 100);
    assertThatThrownBy(() -> loadFromPipe(cut)).isInstanceOf(ImportException.class)
        .hasMessageContaining("message 1 is cut short");
    peer.requireEmpty();
  }

  // ---- what is wrong

  @Test
  void whatIsNotSupportedIsRefusedByItsName() throws IOException {
    byte[] feather = "FEA1\0\0\0\0\1\0\0\0\0\0\0\0FEA1".getBytes(UTF_8);
    Path file = file("v1.feather", feather);
    assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file + ": it is Feather V1, which is not supported");
    assertThatThrownBy(() -> loadFromPipe(feather)).isInstanceOf(ImportException.class)
        .hasMessageContaining("it is Feather V1");
    byte[] bytes;
    Field inside = RandomVectors.field("price", new ArrowType.Decimal(7, 2, 256));
    Field list = new Field("prices", FieldType.nullable(new ArrowType.List()), List.of(inside));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(list)), allocator)) {
      bytes = write(Kind.STREAM, root);
    }
    ByteBuffer metadata = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).slice(8, bytes.length - 8)
        .order(ByteOrder.LITTLE_ENDIAN);
    org.apache.arrow.flatbuf.Schema schema = (org.apache.arrow.flatbuf.Schema) Message.getRootAsMessage(metadata)
        .header(new org.apache.arrow.flatbuf.Schema());
    org.apache.arrow.flatbuf.Decimal type = (org.apache.arrow.flatbuf.Decimal) schema.fields(0).children(0)
        .type(new org.apache.arrow.flatbuf.Decimal());
    for (int bits : new int[] {32, 64}) {
      setBits(metadata, type, bits);
      assertThatThrownBy(() -> load(file("decimal" + bits, bytes))).isInstanceOf(ImportException.class)
          .hasMessage("Cannot import " + folder.resolve("decimal" + bits) + ": its column price is decimal" + bits
              + ", and decimal" + bits + " is not supported; write it as decimal128");
    }
    peer.requireEmpty();
  }

  /** A flatbuffer has no setters; and one that has a field's default leaves it out, so that 128 could not be changed. */
  private static void setBits(ByteBuffer metadata, org.apache.arrow.flatbuf.Decimal type, int bits) {
    int before = type.bitWidth();
    for (int at = 0; at + Integer.BYTES <= metadata.limit(); at += Integer.BYTES) {
      if (metadata.getInt(at) == before) {
        metadata.putInt(at, bits);
        if (type.bitWidth() == bits) {
          return;
        }
        metadata.putInt(at, before);
      }
    }
    throw new AssertionError("no width of " + before + " bits found");
  }

  /** Arrow's codec for LZ4 believes what the buffer says. */
  @Test
  void aBufferThatClaimsMoreBytesThanItHasIsDamaged() throws IOException {
    byte[] bytes;
    try (VectorSchemaRoot batch = numbers(new long[1_000])) {
      bytes = write(Kind.LZ4_FILE, batch);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int changed = 0;
    for (int at = 0; at + 12 <= bytes.length; at += 8) {
      if (buffer.getLong(at) == 8_000 && buffer.getInt(at + 8) == 0x184D2204) { // the magic of an LZ4 frame
        buffer.putLong(at, 8_008);
        changed++;
      }
    }
    assertThat(changed).isEqualTo(1);
    Path file = file("lying", bytes);
    assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
        .hasMessageContaining("a compressed buffer has 8000 bytes uncompressed, not 8008");
    peer.requireEmpty();
  }

  /** A vector believes the count of nulls that the message says, and then reads what a null's view says. */
  @Test
  void aCountOfNullsThatLiesIsNoWayOutOfTheBuffers() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WriteChannel out = new WriteChannel(Channels.newChannel(bytes));
    Schema schema = new Schema(List.of(RandomVectors.field("view", new ArrowType.Utf8View())));
    MessageSerializer.serialize(out, schema);
    try (ArrowBuf validity = allocator.buffer(8); ArrowBuf views = allocator.buffer(16)) {
      validity.setZero(0, 8).writerIndex(8);
      for (int i = 0; i < 4; i++) {
        views.writeInt(0x70000000 + i); // a length, a beginning, a buffer and a place
      }
      for (int nulls : new int[] {1, 0}) {
        try (ArrowRecordBatch batch = new ArrowRecordBatch(1, List.of(new ArrowFieldNode(1, nulls)),
            List.of(validity, views), NoCompressionCodec.DEFAULT_BODY_COMPRESSION, List.of(0L), true)) {
          MessageSerializer.serialize(out, batch);
        }
        Path file = file("view", bytes.toByteArray());
        if (nulls == 1) {
          assertThat(load(file).rowCount()).isEqualTo(1);
          tables.drop("t");
        } else {
          assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
              .hasMessageContaining("column view has a value outside its buffers at row 0");
        }
      }
    }
    peer.requireEmpty();
  }

  @Test
  void whatIsNoArrowIsRefused() throws IOException {
    for (String text : List.of("", "x", "ARROW1", "ARROW1\0\0ARROW1", "a,b\n1,2\n", "\0".repeat(100))) {
      Path file = file("text", text.getBytes(UTF_8));
      assertThatThrownBy(() -> load(file)).as(text).isInstanceOf(ImportException.class)
          .hasMessageStartingWith("Cannot import " + file + " of " + text.length() + " bytes: it is no Arrow IPC");
    }
    assertThatThrownBy(() -> load(folder.resolve("nothing"))).isInstanceOf(NoSuchFileException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> TableImport.of(IpcFormat.file(), List.of()));
    peer.requireEmpty();
  }

  @Test
  void aTableThatDoesNotFitIsRefusedAndLeavesNothing() throws IOException {
    try (TablePeer small = new TablePeer(MemoryPeer.create(4096));
        var direct = small.direct();
        VectorSchemaRoot batch = numbers(new long[10_000])) {
      Path file = file("large", write(Kind.FILE, batch));
      assertThatThrownBy(() -> TableImport.of(IpcFormat.file(), List.of(file)).into(new ArrowTables(direct), "t"))
          .isInstanceOf(CapacityExceededException.class);
      small.requireEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void damageIsAnExceptionAndNeverACrash(Kind kind) throws IOException {
    damage(kind, MUTATIONS);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @Tag("nightly")
  void muchDamageIsAnExceptionAndNeverACrash(Kind kind) throws IOException {
    damage(kind, 5_000);
  }

  private void damage(Kind kind, int mutations) throws IOException {
    byte[] good;
    try (VectorSchemaRoot first = batch(EVERY_TYPE, 20); VectorSchemaRoot second = batch(EVERY_TYPE, 5)) {
      good = write(kind, first, second);
    }
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < mutations; i++) {
      byte[] bad = random.nextInt(8) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
      for (int n = 1 + random.nextInt(4); n > 0 && bad.length > 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
      }
      try {
        if (i % 3 == 0) {
          loadFromPipe(bad);
        } else {
          load(file("bad", bad));
        }
        tables.drop("t");
      } catch (ImportException expected) {
        refused++;
      } catch (Throwable other) {
        throw new AssertionError("seed=" + SEED + " mutation=" + i, other);
      }
    }
    assertThat(refused).isBetween(mutations / 10, mutations);
    peer.requireEmpty();
  }
}
