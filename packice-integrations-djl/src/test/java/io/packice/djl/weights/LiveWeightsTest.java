package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.NotFoundException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Weights from what an engine has, and newer ones in their place. */
class LiveWeightsTest {
  private static final Shape INPUT = new Shape(1, 3);

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

  @Test
  void whatDjlLoadsFromItsOwnFormatIsShared() throws Exception {
    Block first = linear();
    first.initialize(manager, DataType.FLOAT32, INPUT);
    ByteArrayOutputStream params = new ByteArrayOutputStream();
    first.saveParameters(new DataOutputStream(params));
    Block loaded = linear();
    loaded.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(params.toByteArray())));
    load().block(loaded);
    Block third = linear();
    try (SharedWeights weights = SharedWeights.open(packice, "w")) {
      weights.attachTo(third, manager, AttachOptions.defaults(), INPUT);
    }
    assertThat(weight(third)).containsExactly(weight(first));
    third.clear();
  }

  @Test
  void anNpzFileIsImportedWithItsNames() {
    NDArray x = manager.create(new long[] {1, 2, 3});
    NDArray y = manager.create(new double[] {1.5, 2.5, 3.5, 4.5}, new Shape(2, 2));
    x.setName("x");
    y.setName("y");
    NDList decoded = NDList.decode(manager, new NDList(x, y).encode(NDList.Encoding.NPZ));
    load().arrays(decoded);
    try (SharedWeights weights = SharedWeights.open(packice, "w")) {
      NDList list = weights.attach(manager);
      assertThat(list.get("x").toLongArray()).containsExactly(1, 2, 3);
      assertThat(list.get("y").getShape()).isEqualTo(new Shape(2, 2));
      assertThat(list.get("y").toDoubleArray()).containsExactly(1.5, 2.5, 3.5, 4.5);
      list.close();
    }
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
