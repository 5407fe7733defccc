package io.packice.djl.weights;

import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.ImportException;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Imports model weights from files into one sealed object, for {@link SharedWeights} to attach. Headers are checked in full before the object is
 * begun; the bytes are then read straight to where they stay. Immutable; safe from any thread.
 */
public final class WeightsImport {
  private final PackiceClient client;
  private final ObjectId name;
  private final IfExists ifExists;
  private final LongConsumer progress;

  /**
   * An import that fails if the name is taken.
   *
   * @param client where to; the caller closes it, after the import
   * @param name the name of the new object
   * @throws IllegalArgumentException if the name is not allowed
   */
  public WeightsImport(PackiceClient client, String name) {
    this(client, new ObjectId(name), IfExists.FAIL, _ -> {
    });
  }

  private WeightsImport(PackiceClient client, ObjectId name, IfExists ifExists, LongConsumer progress) {
    this.client = client;
    this.name = name;
    this.ifExists = ifExists;
    this.progress = progress;
  }

  /**
   * What to do if there is an object of the name.
   *
   * @param newIfExists fail, or replace it: who has the old one attached keeps it
   * @return a changed copy
   */
  public WeightsImport withIfExists(IfExists newIfExists) {
    return new WeightsImport(client, name, newIfExists, progress);
  }

  /**
   * Whom to tell how far it is.
   *
   * @param newProgress is given a number of bytes whenever so many more are in place; in the importing thread
   * @return a changed copy
   */
  public WeightsImport withProgress(LongConsumer newProgress) {
    return new WeightsImport(client, name, ifExists, newProgress);
  }

  /**
   * Imports a safetensors file, or several shards by the index beside them, which is a file that ends in {@code .json}. Each tensor keeps its name,
   * type and bytes. If this fails, no object is made.
   *
   * @param file the file
   * @return what was made
   * @throws ImportException if a file is damaged, forged or cut short, or an index and its shards do not agree; the message says what and where
   * @throws IOException if a file cannot be read
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit
   */
  public WeightsSummary safetensors(Path file) throws IOException {
    List<SafetensorsFile> files = new ArrayList<>();
    try (AutoCloseable _ = () -> closeAll(files)) {
      if (String.valueOf(file.getFileName()).endsWith(".json")) {
        ShardIndex index = ShardIndex.read(file);
        for (Path shard : index.files()) {
          files.add(SafetensorsFile.open(shard));
        }
        index.requireSame(files);
      } else {
        files.add(SafetensorsFile.open(file));
      }
      return store(files);
    } catch (IOException | RuntimeException failure) {
      throw failure;
    } catch (Exception impossible) {
      throw new AssertionError("closing files throws IOException only", impossible);
    }
  }

  private static void closeAll(List<SafetensorsFile> files) throws IOException {
    for (SafetensorsFile file : files) {
      file.close();
    }
  }

  private WeightsSummary store(List<SafetensorsFile> files) throws IOException {
    TensorTable table = join(files);
    byte[] json = WeightsObject.encode(table);
    AcquireRequest request = AcquireRequest.create(name, List.of((long) json.length, table.end()))
        .withMeta(WeightsObject.meta(table)).withIfExists(ifExists);
    try (ObjectWriter writer = client.create(request)) {
      try (WritableByteChannel out = writer.blob(0).channel()) {
        out.write(ByteBuffer.wrap(json));
      }
      if (table.end() > 0) {
        fill(files, table, writer.blob(1).segment());
      }
      writer.seal();
    }
    return new WeightsSummary(name.value(), table.tensors().size(), table.end());
  }

  private static TensorTable join(List<SafetensorsFile> files) throws ImportException {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Path> from = new HashMap<>();
    List<WeightTensor> tensors = new ArrayList<>();
    for (SafetensorsFile file : files) {
      file.table().metadata().forEach(metadata::putIfAbsent);
      for (WeightTensor tensor : file.table().tensors()) {
        Path other = from.put(tensor.name(), file.path());
        if (other != null) {
          throw new ImportException("Cannot import tensor " + WeightTensor.quoted(tensor.name()) + ": it is in " + other
              + " and in " + file.path() + "; get the shards anew, of one version", null);
        }
        tensors.add(tensor);
      }
    }
    try {
      return new TensorTable(metadata, WeightsObject.layOut(tensors));
    } catch (ArithmeticException overflow) {
      throw new ImportException(
          "Cannot import " + tensors.size() + " tensors: they have more bytes than can be counted",
          overflow);
    }
  }

  private void fill(List<SafetensorsFile> files, TensorTable table, MemorySegment target) throws IOException {
    int next = 0;
    for (SafetensorsFile file : files) {
      for (WeightTensor source : file.table().tensors()) {
        WeightTensor placed = table.tensors().get(next++);
        file.read(source, target.asSlice(placed.offset(), placed.byteSize()), progress);
      }
    }
  }
}
