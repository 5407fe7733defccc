package io.packice.djl.weights;

import io.packice.arrow.imports.GitLfs;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportSource;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An open file whose description of its tensors was found sound. Close it; for one thread. */
interface WeightsFile extends AutoCloseable {
  /** Where it is. */
  Path path();

  /** What is in it. */
  TensorTable table();

  /**
   * Reads one tensor's bytes to where they shall be: row-major, little-endian.
   *
   * @param target native memory as long as the tensor
   * @param progress is told of bytes as they come
   * @throws ImportException if they are not there, or not what the file says of them
   */
  void read(WeightTensor tensor, MemorySegment target, LongConsumer progress) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * Opens a file of the format that its first bytes say: NumPy's zip files, else safetensors.
   *
   * @throws ImportException if it is of another format, or not sound; the message says what and where
   */
  static WeightsFile open(Path path) throws IOException {
    requireContent(path);
    byte[] head = head(path);
    if (isSafetensors(head)) {
      return SafetensorsFile.open(path);
    }
    if (startsWith(head, "PK\3\4")) {
      return NpzFile.open(path);
    }
    String other = otherFormat(head);
    if (other != null) {
      throw new ImportException("Cannot import " + path + ": " + other);
    }
    return SafetensorsFile.open(path);
  }

  /**
   * What is no regular file has no length to check by, and may never end.
   *
   * @throws ImportException if it is none, or a pointer to what is elsewhere
   * @throws IOException if it cannot be read
   */
  static void requireContent(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new ImportException("Cannot import " + path
          + ": it is not a regular file; name a .safetensors or .npz file, or the index of shards");
    }
    GitLfs.requireContent(ImportSource.of(path));
  }

  private static byte[] head(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(Long.BYTES);
    }
  }

  /** The length of the header, which is below 2^32. */
  private static boolean isSafetensors(byte[] head) {
    return head.length == Long.BYTES && Arrays.equals(head, Integer.BYTES, Long.BYTES, new byte[Integer.BYTES], 0, 4);
  }

  private static boolean startsWith(byte[] head, String magic) {
    return new String(head, StandardCharsets.ISO_8859_1).startsWith(magic);
  }

  /** What to do with formats that people try. */
  private static @Nullable String otherFormat(byte[] head) {
    Map<String, String> known = Map.of(
        "DJL@", "it has DJL's parameters, which only the block that saved them can read; in Java, load them with it:"
            + " WeightsImport.params(file, block)",
        "GGUF", "it is GGUF, whose quantised tensors DJL's engines do not read; get the model as safetensors",
        "\211HDF", "it is HDF5, as Keras writes; save the model as safetensors",
        "\200\2", NpzFile.PICKLE, "\200\4", NpzFile.PICKLE, "\223NUMPY", "it is a single array; save it with its name,"
            + " by numpy.savez");
    return known.entrySet().stream().filter(each -> startsWith(head, each.getKey())).map(Map.Entry::getValue)
        .findFirst().orElse(null);
  }
}
