package io.packice.djl.weights;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.imports.ImportException;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Imports model weights, from files or live arrays, into one sealed object, for {@link SharedWeights} to attach. Headers are checked in full before the object is
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
   * @throws IOException if a file cannot be read, or this thread is interrupted
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit
   */
  public WeightsSummary safetensors(Path file) throws IOException {
    return store(file, SafetensorsFile::open);
  }

  /**
   * Imports an {@code .npz} file, as {@code numpy.savez} and {@code NDList.encode} write it, without an engine: arrays of any length, compressed or
   * not. Each array becomes a tensor of its name; those that NumPy has column by column are stored row by row. If this fails, no object is made.
   *
   * @param file the file
   * @return what was made
   * @throws ImportException if the file is damaged, or an array in it is no tensor (big-endian, text, structures, pickles)
   * @throws IOException if the file cannot be read, or this thread is interrupted
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit
   */
  public WeightsSummary npz(Path file) throws IOException {
    return store(file, NpzFile::open);
  }

  /**
   * Imports a file of whichever of these formats its first bytes say: {@link #safetensors} (or the index of shards, which ends in {@code .json}), or
   * {@link #npz}.
   *
   * @param file the file
   * @return what was made
   * @throws ImportException as from these, or if it is of another format; the message says which, and what to do, for those that are often tried
   * @throws IOException if a file cannot be read, or this thread is interrupted
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit
   */
  public WeightsSummary file(Path file) throws IOException {
    return store(file, WeightsFile::open);
  }

  /** Opens a file of some format. */
  private interface Opener {
    WeightsFile open(Path file) throws IOException;
  }

  private WeightsSummary store(Path file, Opener format) throws IOException {
    List<WeightsFile> files = new ArrayList<>();
    try (AutoCloseable _ = () -> closeAll(files)) {
      if (String.valueOf(file.getFileName()).endsWith(".json")) {
        ShardIndex.read(file).openAll(files);
      } else {
        files.add(format.open(file));
      }
      return store(files);
    } catch (ClosedByInterruptException stopped) {
      throw interrupted(file, stopped);
    } catch (IOException | RuntimeException failure) {
      throw failure;
    } catch (Exception impossible) {
      throw new AssertionError("closing files throws IOException only", impossible);
    }
  }

  private static IOException interrupted(Path file, ClosedByInterruptException stopped) {
    IOException failure = new InterruptedIOException(
        "Cannot import " + file + ": this thread was interrupted; import it on one that is not");
    failure.initCause(stopped);
    return failure;
  }

  private static void closeAll(List<WeightsFile> files) throws IOException {
    for (WeightsFile file : files) {
      file.close();
    }
  }

  /**
   * Imports a {@code .params} file, as {@code Model.save} writes it, by the names in {@link Block#getParameters}. DJL reads it, so each array may have
   * 2^31 - 1 bytes, and a file should be from somebody whom you trust.
   *
   * @param file the file
   * @param block a block like that which was saved, not initialised; only this can read the file. It is cleared in the end
   * @return what was made
   * @throws ImportException if it is no such file, or of another block
   * @throws IOException if the file cannot be read, or this thread is interrupted
   * @throws IllegalArgumentException if the block is initialised, or as from {@link #block}
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit
   */
  public WeightsSummary params(Path file, Block block) throws IOException {
    if (block.isInitialized()) {
      throw new IllegalArgumentException("Cannot load " + file + " into a block that is initialised: it would lose what"
          + " it has; give a new one");
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      DjlParameters.load(file, block, manager);
      return block(block);
    } catch (ClosedByInterruptException stopped) {
      throw interrupted(file, stopped);
    } finally {
      block.clear();
    }
  }

  /**
   * Imports arrays of an engine by their names.
   *
   * @param arrays the arrays; each has a name of its own. They stay the caller's
   * @return what was made
   * @throws IllegalArgumentException if one has no name, or that of another, is of a type that safetensors or the engine does not have, or has more than
   *     2^31 - 1 bytes
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit
   */
  public WeightsSummary arrays(NDList arrays) {
    LiveArrays live = new LiveArrays();
    arrays.forEach(array -> live.add(array.getName(), array));
    return store(live);
  }

  /**
   * Imports the parameters of a block as they are now, by the names in {@link Block#getParameters}. {@link SharedWeights#attachTo} gives them to a block
   * of the same kind with default options.
   *
   * @param block the block, initialised; nobody trains it meanwhile
   * @return what was made
   * @throws IllegalArgumentException if a parameter is not initialised, or as for {@link #arrays}
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit
   */
  public WeightsSummary block(Block block) {
    LiveArrays live = new LiveArrays();
    for (Pair<String, Parameter> each : block.getParameters()) {
      if (!each.getValue().isInitialized()) {
        throw new IllegalArgumentException("Cannot import a block: its parameter " + WeightTensor.quoted(each.getKey())
            + " is not initialised; initialise or load the block first");
      }
      live.add(each.getKey(), each.getValue().getArray());
    }
    return store(live);
  }

  private WeightsSummary store(LiveArrays live) {
    try {
      return store(live.table(), (tensor, _, target) -> {
        live.copy(tensor, target);
        progress.accept(tensor.byteSize());
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a tensor's bytes where they stay. */
  private interface Filler {
    void fill(WeightTensor tensor, int index, MemorySegment target) throws IOException;
  }

  private WeightsSummary store(List<WeightsFile> files) throws IOException {
    TensorTable table = join(files);
    List<Source> sources = new ArrayList<>();
    files.forEach(file -> file.table().tensors().forEach(tensor -> sources.add(new Source(file, tensor))));
    return store(table, (_, index, target) -> sources.get(index).read(target, progress));
  }

  /** A tensor in a file. */
  private record Source(WeightsFile file, WeightTensor tensor) {
    void read(MemorySegment target, LongConsumer progress) throws IOException {
      file.read(tensor, target, progress);
    }
  }

  private WeightsSummary store(TensorTable table, Filler filler) throws IOException {
    byte[] json = WeightsObject.encode(table);
    AcquireRequest request = AcquireRequest.create(name, List.of((long) json.length, table.end()))
        .withMeta(WeightsObject.meta(table)).withIfExists(ifExists);
    try (ObjectWriter writer = client.create(request)) {
      try (WritableByteChannel out = writer.blob(0).channel()) {
        out.write(ByteBuffer.wrap(json));
      }
      if (table.end() > 0) {
        MemorySegment data = writer.blob(1).segment();
        for (int i = 0; i < table.tensors().size(); i++) {
          WeightTensor tensor = table.tensors().get(i);
          filler.fill(tensor, i, data.asSlice(tensor.offset(), tensor.byteSize()));
        }
      }
      writer.seal();
    }
    return new WeightsSummary(name.value(), table.tensors().size(), table.end());
  }

  private static TensorTable join(List<WeightsFile> files) throws ImportException {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Path> from = new HashMap<>();
    List<WeightTensor> tensors = new ArrayList<>();
    for (WeightsFile file : files) {
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
}
