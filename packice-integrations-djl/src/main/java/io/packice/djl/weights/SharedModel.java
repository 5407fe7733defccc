package io.packice.djl.weights;

import ai.djl.Model;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import io.packice.PackiceClient;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights are shared memory, for a process that serves: one copy of them per host, and when new weights take the name of the old ones,
 * {@link #refresh} moves on to them. Predictors keep the version that they began with; a version, and its weights' memory, goes with its last
 * predictor.
 *
 * <p>Safe from any thread; predictors are, like all of DJL's, for one thread at a time. Whoever loaded it closes it, and its predictors; in any order,
 * and a second close does nothing.
 *
 * @param <I> what predictors take
 * @param <O> what predictors give
 */
public final class SharedModel<I, O> implements AutoCloseable {
  /** Loads a model and attaches weights to it. */
  private interface Loader<I, O> {
    ZooModel<I, O> load(SharedWeights weights) throws IOException, ModelException;
  }

  private final PackiceClient client;
  private final String name;
  private final Loader<I, O> loader;
  private final Object refreshing = new Object();
  private @Nullable Version<I, O> current; // guarded by this; null when closed

  /** A model with its weights; goes with its last user. */
  private static final class Version<I, O> {
    private final SharedWeights weights;
    private final ZooModel<I, O> model;
    private int users = 1; // guarded by this: the shared model, and predictors

    Version(SharedWeights weights, ZooModel<I, O> model) {
      this.weights = weights;
      this.model = model;
    }

    static <I, O> Version<I, O> load(SharedWeights weights, Loader<I, O> loader) throws IOException, ModelException {
      try {
        return new Version<>(weights, loader.load(weights));
      } catch (Throwable failure) {
        weights.close();
        throw failure;
      }
    }

    synchronized void use() {
      users++;
    }

    void release() {
      synchronized (this) {
        users--;
        if (users > 0) {
          return;
        }
      }
      model.close();
      weights.close();
    }
  }

  /** Keeps its version until it is closed. */
  private static final class VersionPredictor<I, O> extends Predictor<I, O> {
    private final Version<I, O> version;
    private final AtomicBoolean closed = new AtomicBoolean();

    VersionPredictor(Version<I, O> version) {
      super(version.model.getWrappedModel(), version.model.getTranslator(), version.model.getNDManager().getDevice(),
          false);
      this.version = version;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        super.close();
        version.release();
      }
    }
  }

  private SharedModel(PackiceClient client, String name, Loader<I, O> loader) throws IOException, ModelException {
    this.client = client;
    this.name = name;
    this.loader = loader;
    this.current = Version.load(SharedWeights.open(client, name), loader);
  }

  /**
   * Loads a model as DJL's criteria say, such as a TorchScript file, and puts shared weights in place of those that it came with.
   *
   * @param client where the weights are; stays the caller's, and is needed for as long as {@link #refresh} is
   * @param name the weights' name
   * @param criteria what to load, with {@code optOption("trainParam", "true")} if it is TorchScript; asked again for every new version
   * @param options names, types, what may be left over
   * @param <I> what predictors take
   * @param <O> what predictors give
   * @return the model; the caller closes it
   * @throws IOException if the model's files cannot be read
   * @throws ModelException if there is no such model, or it is malformed
   * @throws io.packice.core.NotFoundException if there are no weights of that name
   * @throws WeightsFormatException as from {@link SharedWeights#open}
   * @throws WeightsMismatchException if names, shapes or types do not fit; the message lists all of them
   */
  public static <I, O> SharedModel<I, O> load(PackiceClient client, String name, Criteria<I, O> criteria,
      AttachOptions options) throws IOException, ModelException {
    return new SharedModel<>(client, name, weights -> {
      ZooModel<I, O> model = criteria.loadModel();
      return attached(model, weights, options);
    });
  }

  /**
   * The same with {@link AttachOptions#defaults}.
   *
   * @param client where the weights are; stays the caller's, and is needed for as long as {@link #refresh} is
   * @param name the weights' name
   * @param criteria what to load, with {@code optOption("trainParam", "true")} if it is TorchScript; asked again for every new version
   * @param <I> what predictors take
   * @param <O> what predictors give
   * @return the model; the caller closes it
   * @throws IOException if the model's files cannot be read
   * @throws ModelException if there is no such model, or it is malformed
   * @throws io.packice.core.NotFoundException if there are no weights of that name
   * @throws WeightsFormatException as from {@link SharedWeights#open}
   * @throws WeightsMismatchException if names, shapes or types do not fit; the message lists all of them
   */
  public static <I, O> SharedModel<I, O> load(PackiceClient client, String name, Criteria<I, O> criteria)
      throws IOException, ModelException {
    return load(client, name, criteria, AttachOptions.defaults());
  }

  /**
   * Makes a model of a block, whose parameters are the weights: nothing else is read, and nothing is copied.
   *
   * @param client where the weights are; stays the caller's, and is needed for as long as {@link #refresh} is
   * @param name the weights' name
   * @param block makes a block, a new one for every version
   * @param translator between what predictors take and give, and arrays
   * @param options names, types, what may be left over
   * @param inputs shapes of the block's inputs; may be missing if it comes initialised
   * @param <I> what predictors take
   * @param <O> what predictors give
   * @return the model; the caller closes it
   * @throws io.packice.core.NotFoundException if there are no weights of that name
   * @throws WeightsFormatException as from {@link SharedWeights#open}
   * @throws WeightsMismatchException if names, shapes or types do not fit; the message lists all of them
   */
  public static <I, O> SharedModel<I, O> of(PackiceClient client, String name, Supplier<? extends Block> block,
      Translator<I, O> translator, AttachOptions options, Shape... inputs) {
    try {
      return new SharedModel<>(client, name, weights -> {
        Model model = Model.newInstance(name);
        model.setBlock(block.get());
        return attached(new ZooModel<>(model, translator), weights, options, inputs);
      });
    } catch (IOException | ModelException impossible) {
      throw new AssertionError("a block is loaded from nowhere", impossible);
    }
  }

  private static <I, O> ZooModel<I, O> attached(ZooModel<I, O> model, SharedWeights weights, AttachOptions options,
      Shape... inputs) {
    try {
      weights.attachTo(model.getBlock(), model.getNDManager(), options, inputs);
      return model;
    } catch (Throwable failure) {
      model.close();
      throw failure;
    }
  }

  /**
   * The weights' name.
   *
   * @return as it was given
   */
  public String name() {
    return name;
  }

  /**
   * Begins to predict with the weights as of now, and goes on with these whatever {@link #refresh} finds.
   *
   * @return a predictor, which the caller closes
   * @throws IllegalStateException if this is closed
   */
  public Predictor<I, O> newPredictor() {
    Version<I, O> version;
    synchronized (this) {
      version = requireOpen();
      version.use();
    }
    try {
      return new VersionPredictor<>(version);
    } catch (Throwable failure) {
      version.release();
      throw failure;
    }
  }

  /**
   * Moves on to what has taken the weights' name since they were loaded. Old and new are both in memory until the old one's last predictor is closed.
   * If this throws, the model goes on with what it has.
   *
   * @return whether there was something newer
   * @throws IOException as from loading
   * @throws ModelException as from loading
   * @throws io.packice.core.NotFoundException if nothing has the name any more
   * @throws WeightsFormatException if what has the name is not weights
   * @throws WeightsMismatchException if the new weights do not fit the model
   * @throws IllegalStateException if this is closed
   */
  public boolean refresh() throws IOException, ModelException {
    synchronized (refreshing) {
      Version<I, O> before;
      synchronized (this) {
        before = requireOpen();
        before.use();
      }
      try {
        Optional<SharedWeights> newer = before.weights.newer(client);
        if (newer.isEmpty()) {
          return false;
        }
        exchange(before, Version.load(newer.get(), loader));
        return true;
      } finally {
        before.release();
      }
    }
  }

  private void exchange(Version<I, O> before, Version<I, O> next) {
    synchronized (this) {
      if (current != before) { // closed meanwhile
        next.release();
        requireOpen();
      }
      current = next;
    }
    before.release();
  }

  private Version<I, O> requireOpen() {
    if (current == null) {
      throw new IllegalStateException("Cannot use the model of weights " + name + ": it is closed; load it anew");
    }
    return current;
  }

  /** Lets the model go; what predictors have goes with the last of them. */
  @Override
  public void close() {
    Version<I, O> last;
    synchronized (this) {
      last = current;
      current = null;
    }
    if (last != null) {
      last.release();
    }
  }

  /** Such as {@code model of weights bert (199 tensors)}. */
  @Override
  public synchronized String toString() {
    return "model of " + (current == null ? "weights " + name + ", closed" : current.weights);
  }
}
