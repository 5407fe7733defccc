package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.djl.weights.AttachOptions.Access;
import io.packice.djl.weights.AttachOptions.Unsupported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedWeightsTest {
  private static final String TWO = "{\"m.w\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
      + "\"m.b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}}";

  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void nothingIsLeft() {
    manager.close();
    LeakCheck.eventually(() -> assertThat(packice.stats().leases()).isZero());
    packice.close();
  }

  private SharedWeights load(String json, byte[] data) throws IOException {
    Path file = TestFiles.write(folder.resolve("w.safetensors"), json, data);
    new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).safetensors(file);
    return SharedWeights.open(packice, "w");
  }

  private SharedWeights two() throws IOException {
    return load(TWO, TestFiles.floats(1, 2, 3, 4, 5, 6));
  }

  private static String one(String type, String shape, int bytes) {
    return "{\"x\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[0," + bytes + "]}}";
  }

  @Test
  void theySayHowManyTheyAre() throws IOException {
    try (SharedWeights weights = load(one("U8", "[1]", 1), new byte[1])) {
      assertThat(weights).hasToString("weights w (1 tensor)");
    }
  }

  @Test
  void arraysAreTheMappedPages() throws IOException {
    try (SharedWeights weights = two()) {
      NDList list = weights.attach(manager);
      assertThat(list).extracting(NDArray::getName).containsExactly("m.w", "m.b");
      assertThat(list.get("m.w").toFloatArray()).containsExactly(1, 2, 3, 4);
      assertThat(list.get("m.b").getShape()).isEqualTo(new Shape(2));
      assertThat(MemorySegment.ofBuffer(list.get("m.b").toByteBuffer(true)).address())
          .isEqualTo(weights.segment("m.b").address());
      assertThat(weights.segment("m.b").address() % 64).isZero();
      assertThat(weights.segment("m.b").isReadOnly()).isTrue();
      assertThat(weights).hasToString("weights w (2 tensors)");
    }
  }

  @Test
  void weightsStayLeasedUntilTheLastArrayIsGone() throws IOException {
    SharedWeights weights = two();
    NDList list = weights.attach(manager);
    NDArray row = list.get("m.w").get("1");
    weights.close();
    weights.close();
    packice.discard("w");
    list.close();
    assertThat(packice.stats().leases()).isOne();
    assertThat(row.toFloatArray()).containsExactly(3, 4);
    row.close();
    assertThat(packice.stats().leases()).isZero();
    assertThatThrownBy(() -> weights.attach(manager)).isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot use weights w: they are closed; open them anew");
  }

  @Test
  void everyTypeOfTheEngineIsAttachedAsItIs() throws IOException {
    for (WeightType type : WeightType.values()) {
      if (type.arrayType().isPresent()) {
        int bytes = 2 * type.bits() / 8;
        try (SharedWeights weights = load(one(type.name(), "[2]", bytes), new byte[bytes])) {
          NDArray array = weights.attach(manager).head();
          assertThat(array.getDataType()).isEqualTo(type.arrayType().orElseThrow());
          assertThat(array.toType(DataType.FLOAT32, true).toFloatArray()).containsExactly(0, 0);
          array.close();
        }
      }
    }
  }

  /** Safetensors 0.8 has these; the engine has none of them. */
  @Test
  void floatsOfEightBitsAreKeptByTheirNames() throws IOException {
    for (String type : List.of("F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ")) {
      try (SharedWeights weights = load(one(type, "[3]", 3), new byte[] {1, -2, 3})) {
        assertThat(weights.tensors()).extracting(tensor -> tensor.type().name()).containsExactly(type);
        assertThatThrownBy(() -> weights.attach(manager)).isInstanceOf(WeightsMismatchException.class)
            .hasMessageContaining("is " + type + ", which the engine would not survive");
      }
    }
  }

  @Test
  void typesThatTheEngineDoesNotSurviveAreRefusedAllAtOnce() throws IOException {
    String json = "{\"x\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]},"
        + "\"y\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[4,12]},"
        + "\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}";
    try (SharedWeights weights = load(json, new byte[16])) {
      assertThatThrownBy(() -> weights.attach(manager)).isInstanceOfSatisfying(WeightsMismatchException.class,
          e -> assertThat(e.mismatches()).containsExactly(
              "\"x\" is BF16, which the engine would not survive (it can be widened to FLOAT32)",
              "\"y\" is C64, which the engine would not survive"));
      assertThatThrownBy(
          () -> weights.attach(manager, AttachOptions.defaults().withUnsupported(Unsupported.WIDEN)))
          .hasMessageContaining("1 mismatch: \"y\" is C64");
    }
  }

  @Test
  void typesAreWidenedOnRequest() throws IOException {
    AttachOptions widen = AttachOptions.defaults().withUnsupported(Unsupported.WIDEN);
    byte[] bf16 = {(byte) 0x80, 0x3f, 0x20, (byte) 0xc0}; // 1, -2.5
    try (SharedWeights weights = load(one("BF16", "[2]", 4), bf16)) {
      assertThat(weights.attach(manager, widen).head().toFloatArray()).containsExactly(1, -2.5f);
    }
    byte[] all = {-1, -1, -1, -1, -1, -1, -1, 127};
    try (SharedWeights weights = load(one("U16", "[4]", 8), all)) {
      assertThat(weights.attach(manager, widen).head().toIntArray()).containsExactly(65535, 65535, 65535, 32767);
    }
    try (SharedWeights weights = load(one("I16", "[4]", 8), all)) {
      assertThat(weights.attach(manager, widen).head().toIntArray()).containsExactly(-1, -1, -1, 32767);
    }
    try (SharedWeights weights = load(one("U32", "[2]", 8), all)) {
      assertThat(weights.attach(manager, widen).head().toLongArray()).containsExactly(4294967295L, 2147483647L);
    }
    try (SharedWeights weights = load(one("U64", "[]", 8), all)) {
      assertThat(weights.attach(manager, widen).head().getLong()).isEqualTo(Long.MAX_VALUE);
    }
    try (SharedWeights weights = load(one("U64", "[1]", 8), new byte[] {0, 0, 0, 0, 0, 0, 0, -128})) {
      assertThatThrownBy(() -> weights.attach(manager, widen)).isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("9223372036854775808");
    }
  }

  @Test
  void writableArraysArePrivate() throws IOException {
    try (SharedWeights weights = two()) {
      NDList list = weights.attach(manager, AttachOptions.defaults().withAccess(Access.COPY_ON_WRITE));
      list.get("m.w").muli(10);
      assertThat(list.get("m.w").toFloatArray()).containsExactly(10, 20, 30, 40);
      assertThat(weights.segment("m.w").toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void emptyTensorsAndNoneAtAllAreAttached() throws IOException {
    try (SharedWeights weights = load(one("F32", "[0,4]", 0), new byte[0])) {
      assertThat(weights.attach(manager).head().getShape()).isEqualTo(new Shape(0, 4));
    }
    try (SharedWeights weights = load("{}", new byte[0])) {
      assertThat(weights.attach(manager)).isEmpty();
    }
  }

  @Test
  void arraysHaveTheNamesThatOptionsSay() throws IOException {
    try (SharedWeights weights = two()) {
      AttachOptions options = AttachOptions.defaults().withPrefix("m.").withNames(Map.of("weight", "w"));
      assertThat(weights.attach(manager, options)).extracting(NDArray::getName).containsExactly("weight", "b");
      assertThatThrownBy(() -> weights.attach(manager, options.withNames(Map.of("b", "w", "c", "v"))))
          .hasMessageContaining("2 mismatches: ").hasMessageContaining("two tensors would be called \"b\"")
          .hasMessageContaining("there is no tensor \"v\" for parameter \"c\"");
    }
  }

  @Test
  void whatIsExportedIsWhatWasImported() throws IOException {
    String json = "{\"__metadata__\":{\"format\":\"pt\",\"note\":\"naïve \\\"quote\\\"\"},"
        + "\"x\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[0,6]},"
        + "\"y/ü\":{\"dtype\":\"F64\",\"shape\":[2,1],\"data_offsets\":[6,22]}}";
    byte[] data = TestFiles.random(5, 22);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SharedWeights weights = load(json, data)) {
      assertThat(weights.exportSafetensors(Channels.newChannel(out))).isEqualTo(out.size());
    }
    byte[] file = out.toByteArray();
    assertThat(file).endsWith(data);
    assertThat((file.length - data.length) % 8).isZero();
    Path again = Files.write(folder.resolve("again.safetensors"), file);
    new WeightsImport(packice, "again").safetensors(again);
    try (SharedWeights first = SharedWeights.open(packice, "w");
        SharedWeights second = SharedWeights.open(packice, "again")) {
      assertThat(second.tensors()).isEqualTo(first.tensors());
      assertThat(second.metadata()).isEqualTo(first.metadata()).containsEntry("note", "naïve \"quote\"");
      assertThat(second.segment("y/ü").mismatch(first.segment("y/ü"))).isEqualTo(-1);
    }
  }

  @Test
  void djlReadsWhatIsExported() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SharedWeights weights = two()) {
      weights.exportSafetensors(Channels.newChannel(out));
    }
    NDList decoded = NDList.decode(manager, new java.io.ByteArrayInputStream(out.toByteArray()));
    assertThat(decoded.get("m.w").toFloatArray()).containsExactly(1, 2, 3, 4);
    assertThat(decoded.get("m.b").toFloatArray()).containsExactly(5, 6);
  }
}
