package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.imports.ImportException;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForgedFilesTest {
  private static final String SOUND =
      """
          {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
          "b.bias":{"dtype":"I64","shape":[],"data_offsets":[24,32]},"c":{"dtype":"BOOL","shape":[3],"data_offsets":[32,35]}}""";
  private static final int SOUND_BYTES = 35;

  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();

  @AfterEach
  void nothingIsLeft() {
    assertThat(packice.stats().leases()).isZero();
    packice.close();
  }

  private WeightsSummary load(Path file) throws IOException {
    return new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).safetensors(file);
  }

  private static Arguments forged(String json, int dataBytes, String reason) {
    return Arguments.of(TestFiles.bytes(json, new byte[dataBytes]), reason);
  }

  private static String one(String rest) {
    return "{\"a\":{" + rest + "}}";
  }

  static Stream<Arguments> forgeries() {
    return Stream.of(
        Arguments.of(new byte[0], "it has 0 bytes"),
        Arguments.of(new byte[7], "it has 7 bytes"),
        Arguments.of(TestFiles.bytes(-1, new byte[0], new byte[9]), "would have 18446744073709551615 bytes"),
        Arguments.of(TestFiles.bytes(100_000_001, new byte[0], new byte[9]), "would have 100000001 bytes, of at most"),
        Arguments.of(TestFiles.bytes(10, "{}".getBytes(StandardCharsets.UTF_8), new byte[0]), "the file has 10 in all"),
        Arguments.of(TestFiles.bytes(0, new byte[0], new byte[0]), "does not begin with {"),
        forged(" {}", 0, "does not begin with {"),
        forged("[]", 0, "does not begin with {"),
        Arguments.of(TestFiles.bytes(4, "{}".getBytes(StandardCharsets.UTF_16LE), new byte[0]), "in UTF-8"),
        Arguments.of(TestFiles.bytes(5, new byte[] {'{', '"', (byte) 0xff, '"', '}'}, new byte[0]), "is not the JSON"),
        forged("{} {}", 0, "something follows its header's JSON"),
        forged("{\"a\":", 0, "is not the JSON"),
        forged("{\"a\":3}", 0, "tensor \"a\" is not described by a JSON object"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1]"), 4, "has no data_offsets"),
        forged(one("\"shape\":[1],\"data_offsets\":[0,4]"), 4, "has no dtype"),
        forged(one("\"dtype\":\"F32\",\"data_offsets\":[0,4]"), 4, "has no shape"),
        forged(one("\"dtype\":\"Q7\",\"shape\":[1],\"data_offsets\":[0,4]"), 4, "unknown type \"Q7\""),
        forged(one("\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]"), 4, "dtype is not text"),
        forged(one("\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]"), 4, "shape has a negative number"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]"), 4, "not an integer"),
        forged(one("\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]"), 4, "shape is not an array"),
        forged(one("\"dtype\":\"F32\",\"shape\":[" + "1,".repeat(64) + "1],\"data_offsets\":[0,4]"), 4, "more than 64"),
        forged(one("\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]"), 4, "is not the JSON"),
        forged(one("\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]"), 0, "be counted"),
        forged(one("\"dtype\":\"F32\",\"shape\":[4611686018427387904,0,4],\"data_offsets\":[0,0]"), 0, "be counted"),
        forged(one("\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]"), 0, "be counted"),
        forged(one("\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]"), 2, "do not fill whole bytes"),
        forged(one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]"), 4, "has 4 bytes, and F32 [2] has 8"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]"), 4, "before it begins"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]"), 4, "more than 2 numbers"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]"), 4, "are not two"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775803,9223372036854775807]"), 4,
            "hole of 9223372036854775803 bytes"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]"), 8, "hole of 4 bytes"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"), 3, "it is cut short"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"), 5, "something follows them"),
        forged(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"strides\":[1]"), 4, "unknown field"),
        forged("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}", 6, "overlap"),
        forged("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}", 8, "is not the JSON"),
        forged(one("\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]"), 4, "is not the JSON"),
        forged("{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "is not the JSON"),
        forged("{\"__metadata__\":{\"a\":\"\\ud800\"}}", 0, "its header"),
        forged("{\"__metadata__\":{\"a\":1}}", 0, "something that is not text"),
        forged("{\"__metadata__\":{\"a\":{\"b\":{\"c\":{}}}}}", 0, "something that is not text"),
        forged("{\"__metadata__\":[]}", 0, "is not a JSON object"),
        forged("{\"" + "n".repeat(60_000) + "\":{}}", 0, "is not the JSON"),
        forged("{\"a\":" + "[".repeat(100_000), 0, "is not described by a JSON object"));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void whatIsForgedIsRefusedInOneLineAndMakesNoObject(byte[] bytes, String reason) throws IOException {
    Path file = Files.write(folder.resolve("forged.safetensors"), bytes);
    assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file + " as safetensors: ").hasMessageContaining(reason);
    assertThat(packice.list("")).isEmpty();
  }

  @Test
  void thousandsOfMutationsAreRefusedOrWhatTheySay() throws IOException {
    long seed = Long.getLong("packice.seed", 20_261_121);
    Random random = new Random(seed);
    byte[] sound = TestFiles.bytes(SOUND, TestFiles.random(1, SOUND_BYTES));
    Path file = folder.resolve("mutant.safetensors");
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] mutant = mutate(sound, random);
      Files.write(file, mutant);
      try {
        load(file);
        readAll(i);
      } catch (ImportException e) {
        assertThat(e).as("mutant %d of seed %d", i, seed).hasMessageStartingWith("Cannot import ");
        refused++;
      } catch (RuntimeException | Error e) {
        fail("mutant " + i + " of seed " + seed, e);
      }
    }
    assertThat(refused).as("refused, with seed %d", seed).isBetween(2_500, 4_999);
  }

  private void readAll(int mutant) {
    try (SharedWeights weights = SharedWeights.open(packice, "w")) {
      for (WeightTensor tensor : weights.tensors()) {
        MemorySegment bytes = weights.segment(tensor.name());
        assertThat(bytes.byteSize()).as("mutant %d", mutant).isEqualTo(tensor.byteSize());
        assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).hasSize((int) tensor.byteSize());
      }
    }
  }

  @Test
  void aForgedObjectIsRefusedWhenItIsOpened() throws IOException {
    load(TestFiles.write(folder.resolve("sound.safetensors"), SOUND, TestFiles.random(1, SOUND_BYTES)));
    byte[] table;
    try (var object = packice.get("w")) {
      table = object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE);
    }
    long seed = Long.getLong("packice.seed", 20_261_122);
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] mutant = mutate(table, random);
      try {
        forge(mutant);
        readAll(i);
      } catch (WeightsFormatException e) {
        assertThat(e).hasMessageStartingWith("Cannot open weights w: ");
        refused++;
      } catch (PackiceException | IllegalStateException | IndexOutOfBoundsException e) {
        fail("mutant " + i + " of seed " + seed, e);
      }
    }
    assertThat(refused).as("refused, with seed %d", seed).isGreaterThan(1_000);
  }

  private void forge(byte[] table) {
    try (var old = packice.get("w");
        ObjectWriter writer = packice.create(AcquireRequest
            .create(new ObjectId("w"), List.of((long) table.length, 192L)).withMeta(old.meta())
            .withIfExists(IfExists.REPLACE))) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(table));
      writer.seal();
    }
  }

  /** One to three changes of a kind that a broken disk, a bad download or an attacker makes. */
  private static byte[] mutate(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 1; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) "0123456789[]{},:\"-.eE\\ ".charAt(random.nextInt(23));
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 -> bytes = TestFiles.join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, Math.max(0, at - 5),
            bytes.length));
        default -> bytes = TestFiles.join(Arrays.copyOf(bytes, at),
            Arrays.copyOfRange(bytes, Math.min(bytes.length, at + 1 + random.nextInt(8)), bytes.length));
      }
    }
    return bytes;
  }

  @Test
  void somethingElseIsNotWeights() {
    try (ObjectWriter writer = packice.create("x", 5)) {
      writer.seal();
    }
    assertThatThrownBy(() -> SharedWeights.open(packice, "x")).isInstanceOf(WeightsFormatException.class)
        .hasMessage("Cannot open x as weights: it is something else; import a model under another name");
    assertThat(SharedWeights.list(packice, "")).isEmpty();
  }

  @Test
  void aFileThatIsMissingIsSaidSo() {
    assertThatThrownBy(() -> load(folder.resolve("none"))).isInstanceOf(java.nio.file.NoSuchFileException.class);
    assertThatThrownBy(() -> load(folder)).isInstanceOf(ImportException.class)
        .hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> load(Path.of("/dev/zero"))).hasMessageContaining("not a regular file");
  }
}
