package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.translate.NoopTranslator;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.NotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedModelTest {
  private static final int SWAPS = 50;
  private static final int THREADS = 3;
  private static final Shape INPUT = new Shape(1, 1);

  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();

  @AfterEach
  void nothingIsLeft() {
    LeakCheck.eventually(() -> assertThat(packice.stats().leases()).isZero());
    packice.close();
  }

  /** A block with these computes twice the input and adds a number. */
  private void weights(float bias) throws IOException {
    Path file = TestFiles.write(folder.resolve("w.safetensors"),
        "{\"01Linear_weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
            + "\"01Linear_bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        TestFiles.floats(2, bias));
    new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).safetensors(file);
  }

  private SharedModel<NDList, NDList> load() {
    return SharedModel.of(packice, "w", () -> new SequentialBlock().add(Linear.builder().setUnits(1).build()),
        new NoopTranslator(), AttachOptions.defaults(), INPUT);
  }

  private static float predict(SharedModel<NDList, NDList> model) throws Exception {
    try (Predictor<NDList, NDList> predictor = model.newPredictor();
        NDManager manager = NDManager.newBaseManager();
        NDArray output = predictor.predict(new NDList(manager.create(new float[] {3}, INPUT))).head()) {
      return output.getFloat();
    }
  }

  @Test
  void aBlockIsServedWithWhateverIsNewest() throws Exception {
    weights(1);
    try (SharedModel<NDList, NDList> model = load()) {
      assertThat(predict(model)).isEqualTo(7);
      weights(2);
      assertThat(predict(model)).as("until a refresh").isEqualTo(7);
      assertThat(model.refresh()).isTrue();
      assertThat(predict(model)).isEqualTo(8);
      LeakCheck.eventually(() -> assertThat(packice.stats().leases()).isOne());
      LeakCheck.eventually(() -> assertThat(packice.stats().zombieBytes()).isZero());
    }
  }

  @Test
  void requestsGoOnWhileModelsAreExchanged() throws Exception {
    weights(0);
    AtomicBoolean done = new AtomicBoolean();
    try (SharedModel<NDList, NDList> model = load();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Float>> last = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        last.add(threads.submit(() -> {
          float before = 0;
          while (!done.get()) {
            float now = predict(model);
            assertThat(now).as("no older than before").isGreaterThanOrEqualTo(before);
            before = now;
          }
          return predict(model);
        }));
      }
      try {
        for (int bias = 1; bias <= SWAPS; bias++) {
          weights(bias);
          assertThat(model.refresh()).isTrue();
        }
      } finally {
        done.set(true);
      }
      for (Future<Float> each : last) {
        assertThat(each.get()).isEqualTo(6 + SWAPS);
      }
    }
    LeakCheck.eventually(() -> assertThat(packice.stats().zombieBytes()).isZero());
  }

  @Test
  void whatCannotBeLoadedLeavesWhatThereIs() throws Exception {
    weights(1);
    try (SharedModel<NDList, NDList> model = load()) {
      Path other = TestFiles.write(folder.resolve("other.safetensors"),
          "{\"other\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[1]);
      new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).safetensors(other);
      assertThatThrownBy(model::refresh).isInstanceOf(WeightsMismatchException.class);
      packice.discard("w");
      assertThatThrownBy(model::refresh).isInstanceOf(NotFoundException.class);
      assertThat(predict(model)).isEqualTo(7);
    }
  }

  @Test
  void afterCloseItRefusesAndItsPredictorsGoOn() throws Exception {
    weights(1);
    SharedModel<NDList, NDList> model = load();
    try (Predictor<NDList, NDList> predictor = model.newPredictor();
        NDManager manager = NDManager.newBaseManager()) {
      model.close();
      model.close();
      assertThat(model).hasToString("model of weights w, closed");
      assertThatThrownBy(model::newPredictor).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
      assertThatThrownBy(model::refresh).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
      try (NDArray output = predictor.predict(new NDList(manager.create(new float[] {3}, INPUT))).head()) {
        assertThat(output.getFloat()).isEqualTo(7);
      }
    }
  }

  @Test
  void thereMustBeWeights() {
    assertThatThrownBy(this::load).isInstanceOf(NotFoundException.class);
  }
}
