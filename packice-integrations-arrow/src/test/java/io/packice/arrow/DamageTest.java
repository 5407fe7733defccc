package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DamageTest {
  private static final long SEED = Long.getLong("packice.seed", 20250103L);
  private static final int MUTATIONS = 500;

  private final TablePeer peer = new TablePeer();
  private final RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);
  private final PackiceClient client = peer.direct();
  private final ArrowTables tables = new ArrowTables(client);
  private String part = "";

  @BeforeEach
  void writeATable() {
    write(RandomVectors.everyType());
  }

  private void write(Schema schema) {
    try (VectorSchemaRoot batch = new RandomVectors(SEED, 0.2).batch(schema, 20, allocator);
        TableWriter writer = tables.create("t", schema, TableOptions.defaults().withIfExists(IfExists.REPLACE))) {
      writer.write(batch);
      writer.commit();
    }
    part = client.list("t/part-").findFirst().orElseThrow().object().id().value();
  }

  @AfterEach
  void nothingLeaks() {
    allocator.close();
    peer.requireIdle();
    client.close();
    peer.close();
  }

  private byte[] bytes(String id) throws IOException {
    try (LeasedObject object = client.get(id)) {
      return object.blob(0).inputStream().readAllBytes();
    }
  }

  private void replace(String id, byte... bytes) throws IOException {
    Metadata meta = client.stat(id).object().meta();
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId(id), List.of((long) bytes.length))
        .withIfExists(IfExists.REPLACE).withMeta(meta).withGroup("t")); var out = writer.blob(0).outputStream()) {
      out.write(bytes);
      writer.seal();
    }
  }

  private void readEverything() {
    readEverything(ScanOptions.all());
    readEverything(ScanOptions.all().withDictionaries(ScanOptions.Dictionaries.DECODED));
  }

  private void readEverything(ScanOptions options) {
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator, options)) {
      while (batches.hasNext()) {
        batches.next().getFieldVectors().forEach(DamageTest::look);
        DictionaryProvider dictionaries = batches.dictionaries();
        dictionaries.getDictionaryIds().forEach(id -> look(dictionaries.lookup(id).getVector()));
      }
    }
  }

  private static void look(FieldVector vector) {
    for (int i = 0; i < vector.getValueCount(); i++) {
      int _ = vector.hashCode(i); // looks at every byte of the value, whatever it means
    }
  }

  @Test
  void damageIsAnExceptionAndNeverACrash() throws IOException {
    damage(MUTATIONS);
  }

  @Test
  @Tag("nightly")
  void muchDamageIsAnExceptionAndNeverACrash() throws IOException {
    damage(20_000);
    writeEncoded();
    damage(20_000);
  }

  @Test
  void damagedDictionariesAreAnExceptionAndNeverACrash() throws IOException {
    writeEncoded();
    damage(MUTATIONS);
  }

  /** A column of words by index, at the top and in a list. */
  private void writeEncoded() {
    DictionaryEncoding encoding = new DictionaryEncoding(3, false, new ArrowType.Int(16, true));
    Field word = new Field("word", new FieldType(true, new ArrowType.Int(16, true), encoding), null);
    Schema schema = new Schema(List.of(word, RandomVectors.field("words", new ArrowType.List(), word)));
    try (VarCharVector words = new VarCharVector("words", allocator);
        VectorSchemaRoot batch = new RandomVectors(SEED, 0.2).batch(schema, 20, allocator)) {
      words.allocateNew();
      for (int i = 0; i < 30; i++) {
        words.setSafe(i, "word number ".repeat(i % 4).getBytes(UTF_8));
      }
      words.setValueCount(30);
      spread((SmallIntVector) batch.getVector(0));
      spread((SmallIntVector) ((ListVector) batch.getVector(1)).getDataVector());
      try (TableWriter writer = tables.create("t", schema, TableOptions.defaults().withIfExists(IfExists.REPLACE),
          new MapDictionaryProvider(new Dictionary(words, encoding)))) {
        writer.write(batch);
        writer.commit();
      }
    }
    part = client.list("t/part-").findFirst().orElseThrow().object().id().value();
  }

  private static void spread(SmallIntVector indices) {
    for (int i = 0; i < indices.getValueCount(); i++) {
      if (!indices.isNull(i)) {
        indices.set(i, Math.floorMod(indices.get(i), 30));
      }
    }
  }

  private void damage(int mutations) throws IOException {
    byte[] good = bytes(part);
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < mutations; i++) {
      byte[] bad = good.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        // half of the damage where the structure is
        int at = random.nextBoolean() ? random.nextInt(bad.length) : bad.length - 1 - random.nextInt(bad.length / 8);
        bad[at] = switch (random.nextInt(3)) {
          case 0 -> (byte) random.nextInt();
          case 1 -> (byte) (bad[at] ^ 1 << random.nextInt(8));
          default -> (byte) 0xFF;
        };
      }
      replace(part, bad);
      try {
        readEverything();
      } catch (TableFormatException expected) {
        refused++;
        assertThat(expected).hasMessageContaining("is damaged");
      } catch (Throwable other) {
        throw new AssertionError("seed=" + SEED + " mutation=" + i, other);
      }
    }
    assertThat(refused).isBetween(mutations / 4, mutations);
    replace(part, good);
  }

  @Test
  void aPartThatWasCutShortIsRefused() throws IOException {
    byte[] good = bytes(part);
    for (int length : new int[] {0, 1, 8, 17, 18, good.length / 2, good.length - 1}) {
      replace(part, Arrays.copyOf(good, length));
      assertThatThrownBy(this::readEverything).isInstanceOf(TableFormatException.class)
          .hasMessageStartingWith("Cannot read part " + part + " of " + length + " bytes: it is damaged");
    }
  }

  @Test
  void offsetsThatLeadOutAreFoundBeforeAVectorIsHandedOut() throws IOException {
    write(new Schema(List.of(RandomVectors.field("text", new ArrowType.Utf8()))));
    byte[] bad = bytes(part);
    try (ArrowTable table = tables.open("t"); VectorSchemaRoot root = table.batch(0, allocator);
        LeasedObject object = client.get(part)) {
      byte[] offsets = new byte[84];
      root.getVector(0).getOffsetBuffer().getBytes(0, offsets);
      int at = new String(bad, UTF_8).length() == 0 ? -1 : indexOf(bad, offsets);
      assertThat(at).isPositive();
      bad[at + 43] = 0x7F; // the eleventh offset's highest byte
      assertThat(object.blob(0).byteSize()).isEqualTo(bad.length);
    }
    replace(part, bad);
    assertThatThrownBy(this::readEverything).isInstanceOf(TableFormatException.class)
        .hasMessageContaining("it is damaged (column text has the offset ");
  }

  private static int indexOf(byte[] bytes, byte... wanted) {
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private void replaceManifest(UnaryOperator<String> change) throws IOException {
    replace("t", change.apply(new String(bytes("t"), UTF_8)).getBytes(UTF_8));
  }

  @Test
  void aNewerFormatIsRefusedPolitelyAndCanBeDropped() throws IOException {
    replaceManifest(json -> json.replace("\"format_version\":1", "\"format_version\":4"));
    assertThatThrownBy(() -> tables.open("t")).isInstanceOf(TableFormatException.class)
        .hasMessage("Cannot read table t: its format is version 4, this Packice reads up to 3; use a newer Packice");
    assertThat(tables.list()).isEmpty();
    tables.drop("t");
    peer.requireEmpty();
  }

  @Test
  void aDamagedManifestIsRefused() throws IOException {
    String good = new String(bytes("t"), UTF_8);
    for (String bad : List.of("", "x", "{}", "[]", good.substring(0, good.length() / 2),
        good.replace("\"schema\":\"", "\"schema\":\"AAAA"), good.replace("\"parts\":[{", "\"parts\":[7,{"),
        good.replace("\"row_count\":20,\"byte_size\"", "\"row_count\":-1,\"byte_size\""))) {
      replaceManifest(_ -> bad);
      assertThatThrownBy(this::readEverything).as(bad).isInstanceOf(TableFormatException.class)
          .hasMessageContaining("damaged");
    }
  }

  @Test
  void aTableThatLacksAPartIsRefused() {
    client.discard(part);
    assertThatThrownBy(this::readEverything).isInstanceOf(TableFormatException.class)
        .hasMessageStartingWith("Cannot open table t: ").hasMessageContaining(part);
  }
}
