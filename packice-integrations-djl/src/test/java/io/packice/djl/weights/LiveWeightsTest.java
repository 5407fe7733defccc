package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.imports.ImportException;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights from what an engine has, and newer ones in their place. */
class LiveWeightsTest {
  private static final Shape INPUT = new Shape(1, 3);

  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void nothingIsLeft() {
    manager.close();
    LeakCheck.eventually(() -> assertThat(packice.stats().leases()).isZero());
    packice.close();
  }

  private static Block linear() {
    return new SequentialBlock().add(Linear.builder().setUnits(2).build());
  }

  private WeightsImport load() {
    return new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE);
  }

  private static float[] weight(Block block) {
    return block.getParameters().get("01Linear_weight").getArray().toFloatArray();
  }

  @Test
  void theParametersOfABlockBecomeThoseOfAnother() {
    Block first = linear();
    first.initialize(manager, DataType.FLOAT32, INPUT);
    assertThat(load().block(first)).isEqualTo(new WeightsSummary("w", 2, 72));
    Block second = linear();
    try (SharedWeights weights = SharedWeights.open(packice, "w")) {
      weights.attachTo(second, manager, AttachOptions.defaults(), INPUT);
    }
    assertThat(weight(second)).containsExactly(weight(first));
    second.clear();
  }

  /** As {@code Model.save} writes it. */
  private Path params(Block block) throws IOException {
    try (Model model = Model.newInstance("net")) {
      model.setBlock(block);
      block.initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
      model.setProperty("Epoch", "3");
      model.setDataType(DataType.FLOAT32);
      model.save(folder, "net");
      return folder.resolve("net-0003.params");
    }
  }

  @Test
  void whatDjlSavedIsImportedByABlockOfTheSameKind() throws IOException, ModelException {
    Path file = params(linear());
    Block reader = linear();
    assertThat(load().params(file, reader)).isEqualTo(new WeightsSummary("w", 2, 72));
    assertThat(reader.isInitialized()).isFalse();
    Block block = linear();
    try (SharedWeights weights = SharedWeights.open(packice, "w"); Model djl = Model.newInstance("net")) {
      weights.attachTo(block, manager, AttachOptions.defaults(), INPUT);
      djl.setBlock(linear());
      djl.load(folder, "net");
      assertThat(weight(block)).containsExactly(weight(djl.getBlock()));
    }
    block.clear();
  }

  @Test
  void aFileOfParametersThatDoesNotFitIsRefused() throws IOException {
    Path file = params(linear());
    byte[] bytes = Files.readAllBytes(file);
    refused(file, new SequentialBlock(), "something follows");
    refused(file, new SequentialBlock().add(linear()).add(linear()), "it does not fit the block");
    refused(Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 3)), linear(), "is cut short");
    bytes[7] = 9;
    refused(Files.write(folder.resolve("newer"), bytes), linear(), "version 9");
    refused(Files.write(folder.resolve("text"), new byte[30]), linear(), "not a file that DJL's Model.save wrote");
    Block trained = linear();
    trained.initialize(manager, DataType.FLOAT32, INPUT);
    assertThatThrownBy(() -> load().params(file, trained)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it would lose what it has");
    assertThat(packice.list("")).isEmpty();
  }

  private void refused(Path file, Block block, String reason) {
    assertThatThrownBy(() -> load().params(file, block)).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file).hasMessageContaining(reason);
  }

  @Test
  void arraysAreStoredRowByRowWhateverTheirStrides() {
    NDArray turned = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)).transpose();
    turned.setName("t");
    load().arrays(new NDList(turned));
    try (SharedWeights weights = SharedWeights.open(packice, "w"); NDArray t = weights.attach(manager).head()) {
      assertThat(t.getShape()).isEqualTo(new Shape(3, 2));
      assertThat(t.toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
    }
  }

  @Test
  void namelessAndEquallyNamedArraysAndBlocksThatAreNotInitialisedAreRefused() {
    NDArray one = manager.create(1f);
    assertThatThrownBy(() -> load().arrays(new NDList(one))).hasMessageContaining("it has no name");
    NDArray other = manager.create(2f);
    one.setName("a");
    other.setName("a");
    assertThatThrownBy(() -> load().arrays(new NDList(one, other))).hasMessageContaining("two arrays called \"a\"");
    other.setName("__metadata__");
    assertThatThrownBy(() -> load().arrays(new NDList(other))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be called __metadata__");
    assertThatThrownBy(() -> load().block(linear())).hasMessageContaining("\"01Linear_weight\" is not initialised");
    assertThat(packice.list("")).isEmpty();
  }

  @Test
  void newerWeightsAreFoundAndTheOldOnesGoWithTheirLastUser() {
    NDArray array = manager.create(1f);
    array.setName("a");
    load().arrays(new NDList(array));
    SharedWeights old = SharedWeights.open(packice, "w");
    NDArray before = old.attach(manager).head();
    assertThat(old.newer(packice)).isEmpty();
    array.addi(1);
    load().arrays(new NDList(array));
    Optional<SharedWeights> newer = old.newer(packice);
    old.close();
    try (SharedWeights weights = newer.orElseThrow(); NDArray after = weights.attach(manager).head()) {
      assertThat(weights.newer(packice)).isEmpty();
      assertThat(before.getFloat()).isEqualTo(1);
      assertThat(after.getFloat()).isEqualTo(2);
      assertThat(packice.stats().zombieBytes()).isPositive();
      before.close();
      assertThat(packice.stats().zombieBytes()).isZero();
      packice.discard("w");
      assertThatThrownBy(() -> weights.newer(packice)).isInstanceOf(NotFoundException.class);
    }
  }
}
