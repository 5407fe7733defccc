package io.packice.djl.weights;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.packice.LeasedObject;
import io.packice.PackiceClient;
import io.packice.arrow.memory.UseCount.Use;
import io.packice.core.StoredObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.channels.WritableByteChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Model weights in shared memory, leased and mapped: every process that has them open reads the same pages, and nobody can change them. Made by
 * {@link WeightsImport}.
 *
 * <p>Arrays that were attached keep the weights leased and mapped for as long as the engine can read them, also after {@link #close}; close managers,
 * models and this in any order. Safe from any thread. Whoever opened them closes them; a second close does nothing. Every method but {@link #close}
 * throws {@link IllegalStateException} after it.
 */
public final class SharedWeights implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** What stays when this is forgotten; must not refer to it. */
  private record Cleanup(String what, Use use, AtomicBoolean closed, Throwable creation) implements Runnable {
    @Override
    public void run() {
      if (closed.compareAndSet(false, true)) {
        Log.forgotten(what, creation);
        use.close();
      }
    }
  }

  private final LeasedObject object;
  private final TensorTable table;
  private final Map<String, WeightTensor> byName = new HashMap<>();
  private final Cleanup cleanup;
  private final Cleaner.Cleanable forgotten;

  private SharedWeights(LeasedObject object, TensorTable table) {
    this.object = object;
    this.table = table;
    table.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
    String what = "weights " + object.id();
    this.cleanup = new Cleanup(what, Use.first(what, object::close), new AtomicBoolean(), new Throwable(what));
    this.forgotten = CLEANER.register(this, cleanup);
  }

  /**
   * Opens weights.
   *
   * @param client where from; it may be closed at any time after
   * @param name the object's name
   * @return the weights; the caller closes them
   * @throws io.packice.core.NotFoundException if there is no such object
   * @throws io.packice.core.NotSealedException if they are still being imported
   * @throws WeightsFormatException if the object is something else, of a newer format, or damaged
   */
  public static SharedWeights open(PackiceClient client, String name) {
    LeasedObject object = client.get(name);
    try {
      return new SharedWeights(object, WeightsObject.read(object));
    } catch (RuntimeException | Error failure) {
      object.close();
      throw failure;
    }
  }

  /**
   * Opens what has taken the place of these weights since they were opened, for a process that swaps models while it serves. These stay open; attach the
   * newer ones to a block of their own, hand that to new requests, and close the old model after its last one.
   *
   * @param client where from
   * @return newer weights, which the caller closes; empty if these are what the name leads to
   * @throws io.packice.core.NotFoundException if the name leads nowhere any more
   * @throws WeightsFormatException as from {@link #open}
   */
  public Optional<SharedWeights> newer(PackiceClient client) {
    requireOpen();
    if (WeightsObject.areSame(object.meta(), client.stat(name()).object().meta())) {
      return Optional.empty();
    }
    return Optional.of(open(client, name()));
  }

  /**
   * Whether an object is weights.
   *
   * @param object what a listing says of it
   * @return whether {@link #open} would take it
   */
  public static boolean areWeights(StoredObject object) {
    return WeightsObject.isWeights(object);
  }

  /**
   * Lists the weights that a peer holds, without a lease on them.
   *
   * @param client the client
   * @param prefix what their names start with; empty for all
   * @return the weights by name, lazily
   */
  public static Stream<WeightsSummary> list(PackiceClient client, String prefix) {
    return client.list(prefix).filter(status -> areWeights(status.object())).map(WeightsObject::summary);
  }

  /**
   * The object's name.
   *
   * @return its id
   */
  public String name() {
    return object.id();
  }

  /**
   * What the file said about itself.
   *
   * @return texts by key; of several shards, the first that has a key
   */
  public Map<String, String> metadata() {
    requireOpen();
    return table.metadata();
  }

  /**
   * What there is.
   *
   * @return the tensors in the order of the file, or of the shards
   */
  public List<WeightTensor> tensors() {
    requireOpen();
    return table.tensors();
  }

  /**
   * The bytes of one tensor in place, for code without an engine.
   *
   * @param tensor its name
   * @return a read-only segment on a multiple of 64 bytes, which ends not before {@link #close}
   * @throws IllegalArgumentException if there is no such tensor
   */
  public MemorySegment segment(String tensor) {
    requireOpen();
    WeightTensor found = byName.get(tensor);
    if (found == null) {
      throw new IllegalArgumentException("Cannot read tensor " + WeightTensor.quoted(tensor) + " of " + name()
          + ": it has " + byName.size() + " others; see tensors()");
    }
    return object.blob(1).segment().asSlice(found.offset(), found.byteSize());
  }

  /**
   * Makes an array of each tensor, read-only and without a copy. {@link #attach(NDManager, AttachOptions)} has other ways.
   *
   * @param manager whose arrays they become
   * @return the arrays with their names, in the order of the tensors
   * @throws WeightsMismatchException if there are types that DJL's engine does not survive; the message names all of them
   */
  public NDList attach(NDManager manager) {
    return attach(manager, AttachOptions.defaults());
  }

  /**
   * Makes an array of each tensor. With DJL's PyTorch engine on the CPU they are the mapped pages, elsewhere copies.
   *
   * @param manager whose arrays they become
   * @param options names, access, and what to do with types that DJL's engine does not survive
   * @return the arrays with their names, in the order of the tensors
   * @throws WeightsMismatchException if there are types that are refused, two tensors get one name, or a name is of no tensor; the message lists all
   * @throws ArithmeticException if a U64 does not fit INT64
   */
  public NDList attach(NDManager manager, AttachOptions options) {
    requireOpen();
    Attachment attachment = new Attachment(name(), table.tensors(), options);
    attachment.requireAll();
    try (TensorMemory memory = memory(options)) {
      NDManager arrays = manager.newSubManager();
      try {
        NDList list = new NDList(table.tensors().size());
        attachment.names().forEach((name, tensor) -> {
          var array = memory.array(arrays, tensor);
          array.setName(name);
          list.add(array);
        });
        list.attach(manager);
        return list;
      } finally {
        arrays.close();
      }
    }
  }

  /**
   * Makes the tensors the parameters of a block, frozen. A block that is not initialised yet is initialised for inputs of the given shapes; one that is
   * gets them in place of what it had. Statistics that training changes in place (running mean and variance) become copies.
   *
   * <p>The block's parameters then belong to the manager; closing it, or clearing the block, lets the weights go. A block that PyTorch has loaded itself
   * (TorchScript, with the option {@code trainParam}) keeps its tensors, which get the weights' memory in place of their own; its buffers stay what they
   * were, and closing its model lets the weights go.
   *
   * @param block the block, which nobody computes with meanwhile; not one that has a block in it that an engine has loaded
   * @param manager whose arrays they become: the model's
   * @param options names, types, what may be left over
   * @param inputs shapes of the block's inputs; may be missing if it is initialised
   * @throws WeightsMismatchException if names, shapes or types do not fit; the message lists all of them, and the block is as it was
   * @throws IllegalArgumentException if the block cannot take parameters, or is not initialised and there are no shapes, or an engine has
   *     loaded it without the option {@code trainParam}
   * @throws UnsupportedOperationException if an engine has loaded the block that cannot put other memory in place of its own
   */
  public void attachTo(Block block, NDManager manager, AttachOptions options, Shape... inputs) {
    requireOpen();
    Attachment attachment = new Attachment(name(), table.tensors(), options);
    try (TensorMemory memory = memory(options)) {
      BlockBinding.bind(block, manager, attachment, memory, inputs);
    }
  }

  private TensorMemory memory(AttachOptions options) {
    return new TensorMemory(object, cleanup.use().another(), options.access());
  }

  /**
   * Writes the tensors as one safetensors file, byte for byte as they were imported.
   *
   * @param out where to
   * @return how many bytes were written
   * @throws IOException if it cannot be written to
   */
  public long exportSafetensors(WritableByteChannel out) throws IOException {
    requireOpen();
    try (Use _ = cleanup.use().another()) {
      return SafetensorsExport.write(table, object.blob(1).segment(), out);
    }
  }

  private void requireOpen() {
    if (cleanup.closed().get()) {
      throw new IllegalStateException("Cannot use weights " + name() + ": they are closed; open them anew");
    }
  }

  /** Closes these weights. Arrays that were attached stay, and so does the lease until the last of them is gone. */
  @Override
  public void close() {
    if (cleanup.closed().compareAndSet(false, true)) {
      cleanup.use().close();
    }
    forgotten.clean();
  }

  /** Such as {@code weights bert (199 tensors)}. */
  @Override
  public String toString() {
    int count = table.tensors().size();
    return "weights " + name() + " (" + count + (count == 1 ? " tensor)" : " tensors)");
  }
}
