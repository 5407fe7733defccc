package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest.IfExists;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in place of those of a module that PyTorch itself has loaded. */
class TorchScriptTest {
  private static final Shape INPUT = new Shape(1, 3);

  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();

  @BeforeEach
  void write() throws IOException {
    new TorchScriptFile("return torch.linear(x, self.weight, self.bias)")
        .with("weight", new long[] {2, 3}, 0, 0, 0, 0, 0, 0).with("bias", new long[] {2}, -1, -2)
        .write(folder.resolve("net.pt"));
    weights(1, 2, 3, 4, 5, 6, 10, 20);
  }

  private void weights(float... values) throws IOException {
    Path file = TestFiles.write(folder.resolve("w.safetensors"),
        "{\"weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}}",
        TestFiles.floats(values));
    new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).safetensors(file);
  }

  @AfterEach
  void nothingIsLeft() {
    LeakCheck.eventually(() -> assertThat(packice.stats().leases()).isZero());
    packice.close();
  }

  private Criteria<NDList, NDList> criteria() {
    return Criteria.builder().setTypes(NDList.class, NDList.class).optEngine("PyTorch")
        .optModelPath(folder.resolve("net.pt")).optTranslator(new NoopTranslator())
        .optOption("trainParam", "true").build();
  }

  private static float[] predict(Predictor<NDList, NDList> predictor) throws TranslateException {
    try (NDManager manager = NDManager.newBaseManager();
        NDArray output = predictor.predict(new NDList(manager.create(new float[] {1, 1, 1}, INPUT))).head()) {
      return output.toFloatArray();
    }
  }

  @Test
  void aLoadedModuleComputesWithSharedWeights() throws Exception {
    try (ZooModel<NDList, NDList> model = criteria().loadModel();
        Predictor<NDList, NDList> predictor = model.newPredictor()) {
      assertThat(predict(predictor)).as("what the file has").containsExactly(-1, -2);
      try (SharedWeights weights = SharedWeights.open(packice, "w")) {
        weights.attachTo(model.getBlock(), model.getNDManager(), AttachOptions.defaults());
        Parameter weight = model.getBlock().getParameters().get("weight");
        assertThat(MemorySegment.ofBuffer(weight.getArray().toByteBuffer(true)).address())
            .isEqualTo(weights.segment("weight").address());
        assertThat(weight.getArray().hasGradient()).isFalse();
      }
      assertThat(packice.stats().leases()).as("kept by the module").isOne();
      packice.discard("w");
      assertThat(predict(predictor)).containsExactly(16, 35);
    }
    LeakCheck.eventually(() -> assertThat(packice.stats().zombieBytes()).as("gone with the model").isZero());
  }

  @Test
  void allThatDoesNotFitIsListedAndTheModuleIsAsItWas() throws Exception {
    Path file = TestFiles.write(folder.resolve("w.safetensors"),
        "{\"weight\":{\"dtype\":\"F64\",\"shape\":[3,2],\"data_offsets\":[0,48]},"
            + "\"extra\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[48,49]}}",
        new byte[49]);
    new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).safetensors(file);
    try (ZooModel<NDList, NDList> model = criteria().loadModel();
        Predictor<NDList, NDList> predictor = model.newPredictor();
        SharedWeights weights = SharedWeights.open(packice, "w")) {
      assertThatThrownBy(
          () -> weights.attachTo(model.getBlock(), model.getNDManager(), AttachOptions.defaults()))
          .isInstanceOfSatisfying(WeightsMismatchException.class,
              e -> assertThat(e.mismatches()).containsExactlyInAnyOrder(
                  "\"weight\" has shape (2, 3), and the tensor (3, 2)",
                  "\"weight\" is FLOAT32, and the tensor FLOAT64",
                  "there is no tensor for parameter \"bias\"",
                  "there is no parameter for tensor \"extra\""));
      assertThat(predict(predictor)).containsExactly(-1, -2);
    }
  }

  @Test
  void aModuleThatWasLoadedForInferenceAloneIsRefused() throws Exception {
    Criteria<NDList, NDList> inference = Criteria.builder().setTypes(NDList.class, NDList.class).optEngine("PyTorch")
        .optModelPath(folder.resolve("net.pt")).optTranslator(new NoopTranslator()).build();
    try (ZooModel<NDList, NDList> model = inference.loadModel();
        Predictor<NDList, NDList> predictor = model.newPredictor();
        SharedWeights weights = SharedWeights.open(packice, "w")) {
      assertThatThrownBy(
          () -> weights.attachTo(model.getBlock(), model.getNDManager(), AttachOptions.defaults()))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("trainParam");
      assertThat(predict(predictor)).containsExactly(-1, -2);
    }
  }

  @Test
  void aBlockWithALoadedOneInItIsRefused() throws Exception {
    try (ZooModel<NDList, NDList> model = criteria().loadModel();
        SharedWeights weights = SharedWeights.open(packice, "w")) {
      SequentialBlock around = new SequentialBlock().add(model.getBlock());
      assertThatThrownBy(() -> weights.attachTo(around, model.getNDManager(), AttachOptions.defaults(), INPUT))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("attach to that one");
    }
  }

  @Test
  void aSharedModelMovesOnToNewWeights() throws Exception {
    try (SharedModel<NDList, NDList> model = SharedModel.load(packice, "w", criteria())) {
      try (Predictor<NDList, NDList> early = model.newPredictor()) {
        assertThat(model.refresh()).as("nothing newer").isFalse();
        weights(0, 0, 0, 0, 0, 0, 7, 8);
        assertThat(model.refresh()).isTrue();
        assertThat(model.refresh()).isFalse();
        try (Predictor<NDList, NDList> late = model.newPredictor()) {
          assertThat(predict(early)).containsExactly(16, 35);
          assertThat(predict(late)).containsExactly(7, 8);
        }
        assertThat(packice.stats().leases()).as("old and new").isEqualTo(2);
      }
      LeakCheck.eventually(() -> assertThat(packice.stats().leases()).isOne());
      LeakCheck.eventually(() -> assertThat(packice.stats().zombieBytes()).isZero());
    }
  }

  @Test
  void aModelThatIsNotThereIsDjlsToRefuse() {
    Criteria<NDList, NDList> nowhere = Criteria.builder().setTypes(NDList.class, NDList.class)
        .optModelPath(folder.resolve("none.pt")).build();
    assertThatThrownBy(() -> SharedModel.load(packice, "w", nowhere))
        .isInstanceOfAny(ModelException.class, IOException.class);
  }
}
