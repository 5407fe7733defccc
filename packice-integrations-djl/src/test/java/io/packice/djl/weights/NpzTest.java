package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.imports.ImportException;
import io.packice.core.AcquireRequest.IfExists;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {
  private static final String FLOATS = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  private static final int MUTATIONS = 2_000;

  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();

  @AfterEach
  void nothingIsLeft() {
    assertThat(packice.stats().leases()).isZero();
    packice.close();
  }

  /** An array as NumPy writes it, version 1. */
  private static byte[] npy(String header, byte[] data) {
    return npy(1, header, data);
  }

  private static byte[] npy(int version, String header, byte[] data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer head = ByteBuffer.allocate(version == 1 ? 10 : 12).order(ByteOrder.LITTLE_ENDIAN)
        .put("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1)).put((byte) version).put((byte) 0);
    byte[] start = version == 1 ? head.putShort((short) text.length).array() : head.putInt(text.length).array();
    return TestFiles.join(start, text, data);
  }

  private Path zip(int method, Object... namesAndBytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndBytes.length; i += 2) {
        byte[] content = (byte[]) namesAndBytes[i + 1];
        ZipEntry entry = new ZipEntry((String) namesAndBytes[i]);
        entry.setMethod(method);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        entry.setCrc(checksum.getValue());
        entry.setSize(content.length);
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
      }
    }
    return Files.write(folder.resolve("model.npz"), bytes.toByteArray());
  }

  private WeightsSummary load(Path file) throws IOException {
    return new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).file(file);
  }

  private byte[] bytes(String tensor) {
    try (SharedWeights weights = SharedWeights.open(packice, "w")) {
      return weights.segment(tensor).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
  void everyArrayIsATensor(int method) throws IOException {
    byte[] data = TestFiles.random(1, 24);
    byte[] large = TestFiles.random(2, 3_000_000);
    List<Long> progress = new ArrayList<>();
    Path file = zip(method, "fc.weight.npy", npy(FLOATS, data),
        "fc/bias.npy", npy(2, "{'descr': '|i1', 'fortran_order': False, 'shape': (3000000,), }", large),
        "one.npy", npy(3, "{'descr': '<i8', 'fortran_order': True, 'shape': (), }", new byte[8]),
        "none.npy", npy("{'shape': (0, 4L), 'fortran_order': False, 'descr': '<f8'}", new byte[0]));
    WeightsSummary made = new WeightsImport(packice, "w").withProgress(progress::add).npz(file);
    assertThat(made.tensorCount()).isEqualTo(4);
    assertThat(progress.stream().mapToLong(Long::longValue).sum()).isEqualTo(24 + 3_000_000 + 8);
    assertThat(bytes("fc.weight")).isEqualTo(data);
    assertThat(bytes("fc/bias")).isEqualTo(large);
    try (SharedWeights weights = SharedWeights.open(packice, "w")) {
      assertThat(weights.tensors()).extracting(WeightTensor::type).containsExactlyInAnyOrder(WeightType.F32,
          WeightType.I8, WeightType.I64, WeightType.F64);
      assertThat(weights.tensors()).extracting(WeightTensor::shape)
          .contains(List.of(2L, 3L), List.of(), List.of(0L, 4L));
    }
  }

  @Test
  void djlsFilesAreRead() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(new long[] {1, 2, 3});
      NDArray y = manager.create(new double[] {1.5, 2.5, 3.5, 4.5}, new Shape(2, 2));
      x.setName("x");
      y.setName("y");
      load(Files.write(folder.resolve("djl.npz"), new NDList(x, y).encode(NDList.Encoding.NPZ)));
      try (SharedWeights weights = SharedWeights.open(packice, "w"); NDList list = weights.attach(manager)) {
        assertThat(list.get("x").toLongArray()).containsExactly(1, 2, 3);
        assertThat(list.get("y")).isEqualTo(y);
      }
    }
  }

  @Test
  void arraysByColumnAreStoredByRow() throws IOException {
    long[] shape = {3, 4, 50, 2};
    int count = 1_200;
    ByteBuffer byColumn = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      long rest = i;
      long row = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        row = row + rest % shape[axis] * LongStream.of(shape).skip(axis + 1L).reduce(1, (a, b) -> a * b);
        rest /= shape[axis];
      }
      byColumn.putLong(row);
    }
    load(zip(ZipEntry.DEFLATED, "x.npy",
        npy("{'descr': '<i8', 'fortran_order': True, 'shape': (3, 4, 50, 2), }", byColumn.array())));
    ByteBuffer stored = ByteBuffer.wrap(bytes("x")).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      assertThat(stored.getLong()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
      "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }; big-endian; 24",
      "{'descr': '<U5', 'fortran_order': False, 'shape': (2, 3), }; its type is <U5; 24",
      "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }; its type is |O; 24",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }; not one of an array of numbers; 8",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': True}; not one of an array of numbers; 24",
      "{'descr': '<f4', 'fortran_order': False}; not one of an array of numbers; 4",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}; has two descr; 4",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }; its shape is; 4",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }; more bytes than can be counted; 4",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }; it should have; 23",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }; it should have; 25",
      "hello; is not a dictionary; 24"})
  void whatIsNoTensorIsRefused(String header, String reason, int dataBytes) throws IOException {
    Path file = zip(ZipEntry.STORED, "a.npy", npy(header, new byte[dataBytes]));
    assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file + " as npz: array \"a\": ").hasMessageContaining(reason);
    assertThat(SharedWeights.list(packice, "")).isEmpty();
  }

  @Test
  void otherThingsInAZipFileAreRefused() throws IOException {
    refused(zip(ZipEntry.STORED, "archive/data.pkl", new byte[9]), "pickle, as PyTorch writes");
    refused(zip(ZipEntry.STORED, "readme.txt", new byte[9]), "something else than arrays in it: \"readme.txt\"");
    refused(zip(ZipEntry.STORED, "__metadata__.npy", npy(FLOATS, new byte[24])), "cannot be called __metadata__");
    refused(zip(ZipEntry.STORED, "a.npy", new byte[9]), "it is not a NumPy array");
    refused(zip(ZipEntry.STORED, "a.npy", new byte[3]), "it ends within its header");
    refused(zip(ZipEntry.STORED, "a.npy", npy(4, FLOATS, new byte[24])), "version 4");
    refused(zip(ZipEntry.STORED, "a.npy", TestFiles.join(Arrays.copyOf(npy(2, FLOATS, new byte[24]), 8),
        new byte[] {-1, -1, -1, -1})), "would have 4294967295 bytes");
    refused(Files.write(folder.resolve("cut"), Arrays.copyOf(Files.readAllBytes(
        zip(ZipEntry.STORED, "a.npy", npy(FLOATS, new byte[24]))), 60)), "not a sound zip file");
  }

  @Test
  void formatsThatPeopleTryAreSaidByName() throws IOException {
    refused(Files.write(folder.resolve("a"), new byte[] {'D', 'J', 'L', '@', 0, 0, 0, 1, 9}), "WeightsImport.params");
    refused(Files.write(folder.resolve("b"), new byte[] {'G', 'G', 'U', 'F', 3, 0, 0, 0, 9}), "it is GGUF");
    refused(Files.write(folder.resolve("c"), new byte[] {(byte) 0x89, 'H', 'D', 'F', 13, 10, 26, 10}), "it is HDF5");
    refused(Files.write(folder.resolve("d"), new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 108, (byte) 0xfc, 7, 7}),
        "it is a pickle");
    refused(Files.write(folder.resolve("e"), npy(FLOATS, new byte[24])), "it is a single array");
  }

  @Test
  void aPointerOfGitLfsIsNamedAsSuch() throws IOException {
    Path pointer = Files.writeString(folder.resolve("model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n");
    Path index = Files.writeString(folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"model.safetensors\"}}");
    WeightsImport imports = new WeightsImport(packice, "w");
    for (ThrowingCallable each : List.<ThrowingCallable>of(() -> imports.file(pointer), () -> imports.file(index),
        () -> imports.safetensors(pointer), () -> imports.npz(pointer),
        () -> imports.params(pointer, Blocks.identityBlock()))) {
      assertThatThrownBy(each).isInstanceOf(ImportException.class)
          .hasMessage("Cannot import " + pointer + ": it is a git-lfs pointer; run git lfs pull");
    }
    assertThatThrownBy(() -> imports.npz(Path.of("/dev/zero"))).isInstanceOf(ImportException.class)
        .hasMessageContaining("not a regular file");
  }

  private void refused(Path file, String reason) {
    assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file).hasMessageContaining(reason);
  }

  @Test
  void aMutationIsRefusedOrSaysTheSame() throws IOException {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    byte[] data = TestFiles.random(3, 24);
    for (int method : new int[] {ZipEntry.STORED, ZipEntry.DEFLATED}) {
      byte[] sound = Files.readAllBytes(zip(method, "a.npy", npy(FLOATS, data), "b.npy", npy(FLOATS, data)));
      for (int i = 0; i < MUTATIONS / 2; i++) {
        byte[] mutated = sound.clone();
        for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
          mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
        }
        Path file = Files.write(folder.resolve("mutated"), mutated);
        try {
          assertThat(load(file).tensorCount()).isLessThanOrEqualTo(2);
          try (SharedWeights weights = SharedWeights.open(packice, "w")) {
            assertThat(weights.tensors()).allMatch(tensor -> tensor.byteSize() == 24);
          }
        } catch (ImportException refused) {
          assertThat(refused).hasMessageStartingWith("Cannot import " + file);
        } catch (Throwable failure) {
          throw new AssertionError("seed " + seed + ", mutation " + i + " of method " + method, failure);
        }
      }
    }
  }
}
