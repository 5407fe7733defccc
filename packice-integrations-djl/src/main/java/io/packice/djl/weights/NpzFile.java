package io.packice.djl.weights;

import io.packice.arrow.imports.ImportException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * An open {@code .npz} file, as {@code numpy.savez} and {@code NDList.encode} write it: a zip file of arrays, each an entry {@code NAME.npy}. Read
 * without an engine, so arrays may be of any length.
 */
final class NpzFile implements WeightsFile {
  /** What to do with what is not read, because it is a program. */
  static final String PICKLE = "it is a pickle, as PyTorch writes checkpoints, which can run any code when it is"
      + " read; save the model as safetensors (in Python: safetensors.torch.save_file)";

  private static final String NOT_SOUND = "it is not a sound zip file, its directory is damaged or cut off";
  private static final String SUFFIX = ".npy";
  private static final int PIECE_BYTES = 1 << 18;

  /** An array's place, and what it is like. */
  private record Array(ZipEntry entry, NpyHeader header) {
  }

  private final Path path;
  private final ZipFile zip;
  private final Map<String, Array> arrays;
  private final TensorTable table;

  private NpzFile(Path path, ZipFile zip, Map<String, Array> arrays, TensorTable table) {
    this.path = path;
    this.zip = zip;
    this.arrays = arrays;
    this.table = table;
  }

  /**
   * Opens a file and checks the headers of its arrays.
   *
   * @throws ImportException if they are not sound; the message says what and where
   * @throws IOException if it cannot be read
   */
  static NpzFile open(Path path) throws IOException {
    WeightsFile.requireContent(path);
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException | EOFException e) {
      throw damaged(path, NOT_SOUND, e);
    }
    try {
      Map<String, Array> arrays = new LinkedHashMap<>();
      List<WeightTensor> tensors = new ArrayList<>();
      long end = 0;
      for (ZipEntry entry : Collections.list(zip.entries())) {
        WeightTensor tensor = add(zip, entry, end, arrays);
        tensors.add(tensor);
        end += tensor.byteSize(); // each fits the file
      }
      return new NpzFile(path, zip, arrays, TensorTable.checked(tensors));
    } catch (DamagedException e) {
      zip.close();
      throw damaged(path, e.reason(), e);
    } catch (ZipException | EOFException e) {
      zip.close();
      throw damaged(path, NOT_SOUND, e);
    } catch (IOException | RuntimeException | Error failure) {
      zip.close();
      throw failure;
    }
  }

  private static ImportException damaged(Path path, String reason, @Nullable Throwable cause) {
    return new ImportException(
        "Cannot import " + path + " as npz: " + reason + "; name another file, or get this one anew", cause);
  }

  private static WeightTensor add(ZipFile zip, ZipEntry entry, long offset, Map<String, Array> arrays)
      throws IOException, DamagedException {
    String file = entry.getName();
    if (!file.endsWith(SUFFIX)) {
      throw new DamagedException(file.endsWith(".pkl") ? PICKLE
          : "it has something else than arrays in it: " + WeightTensor.quoted(file));
    }
    String name = file.substring(0, file.length() - SUFFIX.length());
    try (InputStream in = zip.getInputStream(entry)) {
      Array array = new Array(entry, NpyHeader.read(in));
      WeightTensor tensor = array.header.tensor(name, offset);
      long bytes = entry.getSize() - array.header.byteSize();
      if (bytes != tensor.byteSize()) {
        throw new DamagedException("it should have " + tensor.byteSize() + " bytes by its header, and has " + bytes);
      }
      if (arrays.put(name, array) != null) {
        throw new DamagedException("it stands twice");
      }
      return tensor;
    } catch (DamagedException e) {
      throw new DamagedException("array " + WeightTensor.quoted(name) + ": " + e.reason(), e);
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public TensorTable table() {
    return table;
  }

  @Override
  public void read(WeightTensor tensor, MemorySegment target, LongConsumer progress) throws IOException {
    Array array = arrays.get(tensor.name());
    if (array == null) {
      throw new IllegalArgumentException("there is no array " + tensor.name());
    }
    CRC32 checksum = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(array.entry), checksum)) {
      in.skipNBytes(array.header.byteSize());
      Placer placer = Placer.of(array.header);
      byte[] piece = new byte[PIECE_BYTES];
      for (long done = 0; done < target.byteSize();) {
        int count = in.readNBytes(piece, 0, (int) Math.min(PIECE_BYTES, target.byteSize() - done));
        if (count == 0) {
          throw damaged(tensor, "ends after " + done + " of its " + target.byteSize() + " bytes", null);
        }
        placer.put(piece, count, target, done);
        done += count;
        progress.accept(count);
      }
      if (in.read() >= 0 || checksum.getValue() != array.entry.getCrc()) {
        throw damaged(tensor, "is not what its checksum is of", null);
      }
    } catch (ZipException | EOFException e) {
      throw damaged(tensor, "cannot be unpacked: its compressed bytes are damaged or cut short", e);
    }
  }

  private ImportException damaged(WeightTensor tensor, String what, @Nullable Throwable cause) {
    return damaged(path, "array " + WeightTensor.quoted(tensor.name()) + " " + what, cause);
  }

  /** Puts pieces of a file where they belong. */
  private interface Placer {
    void put(byte[] piece, int count, MemorySegment target, long at);

    static Placer of(NpyHeader header) {
      if (!header.columnMajor() || header.shape().size() < 2) {
        return (piece, count, target, at) -> MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, at, count);
      }
      return new Transposer(header.shape(), header.type().bits() / Byte.SIZE);
    }
  }

  /** Puts elements that come with the first dimension running fastest where they are with the last one. */
  private static final class Transposer implements Placer {
    private final int elementBytes; // a power of two, which divides the pieces
    private final long[] lengths;
    private final long[] steps;
    private final long[] index;
    private long place;

    Transposer(List<Long> shape, int elementBytes) {
      this.elementBytes = elementBytes;
      this.lengths = shape.stream().mapToLong(Long::longValue).toArray();
      this.steps = new long[lengths.length];
      this.index = new long[lengths.length];
      long step = elementBytes;
      for (int i = lengths.length - 1; i >= 0; i--) {
        steps[i] = step;
        step *= lengths[i];
      }
    }

    @Override
    public void put(byte[] piece, int count, MemorySegment target, long at) {
      for (int from = 0; from < count; from += elementBytes) {
        MemorySegment.copy(piece, from, target, ValueLayout.JAVA_BYTE, place, elementBytes);
        advance();
      }
    }

    private void advance() {
      for (int i = 0; i < index.length; i++) {
        index[i]++;
        place += steps[i];
        if (index[i] < lengths[i]) {
          return;
        }
        place -= steps[i] * lengths[i];
        index[i] = 0;
      }
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
