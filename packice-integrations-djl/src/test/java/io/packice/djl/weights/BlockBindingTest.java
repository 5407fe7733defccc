package io.packice.djl.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.djl.weights.AttachOptions.Unused;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockBindingTest {
  private static final AttachOptions OPTIONS = AttachOptions.defaults().withPrefix("m.")
      .withNames(Map.of("01Linear_weight", "fc.weight", "01Linear_bias", "fc.bias"));
  private static final Shape INPUT = new Shape(1, 3);

  @TempDir Path folder;

  private final PackiceClient packice = Packice.connect();

  @BeforeEach
  void importLinear() throws IOException {
    load("{\"m.fc.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        + "\"m.fc.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}}",
        TestFiles.floats(1, 2, 3, 4, 5, 6, 10, 20));
  }

  private void load(String json, byte[] data) throws IOException {
    Path file = TestFiles.write(folder.resolve("w.safetensors"), json, data);
    new WeightsImport(packice, "w").withIfExists(IfExists.REPLACE).safetensors(file);
  }

  @AfterEach
  void nothingIsLeft() {
    LeakCheck.eventually(() -> assertThat(packice.stats().leases()).isZero());
    packice.close();
  }

  private static SequentialBlock linear(int units) {
    return new SequentialBlock().add(Linear.builder().setUnits(units).build());
  }

  private static Model model(SequentialBlock block) {
    Model model = Model.newInstance("m");
    model.setBlock(block);
    return model;
  }

  @Test
  void aBlockPredictsFromSharedWeights() throws TranslateException {
    try (Model model = model(linear(2))) {
      try (SharedWeights weights = SharedWeights.open(packice, "w")) {
        weights.attachTo(model.getBlock(), model.getNDManager(), OPTIONS, INPUT);
        Parameter weight = model.getBlock().getParameters().get("01Linear_weight");
        assertThat(weight.requiresGradient()).isFalse();
        assertThat(MemorySegment.ofBuffer(weight.getArray().toByteBuffer(true)).address())
            .isEqualTo(weights.segment("m.fc.weight").address());
      }
      assertThat(packice.stats().leases()).isOne();
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
          NDManager manager = NDManager.newBaseManager()) {
        NDArray output = predictor.predict(new NDList(manager.create(new float[] {1, 1, 1}, INPUT))).head();
        assertThat(output.toFloatArray()).containsExactly(16, 35);
        output.close();
      }
    }
  }

  @Test
  void anInitialisedBlockGetsThemInPlaceOfItsOwn() {
    try (Model model = model(linear(2)); SharedWeights weights = SharedWeights.open(packice, "w")) {
      model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
      weights.attachTo(model.getBlock(), model.getNDManager(), OPTIONS);
      weights.attachTo(model.getBlock(), model.getNDManager(), OPTIONS);
      assertThat(model.getBlock().getParameters().get("01Linear_bias").getArray().toFloatArray())
          .containsExactly(10, 20);
    }
  }

  @Test
  void allThatDoesNotFitIsListedAndTheBlockIsAsItWas() throws IOException {
    load("{\"m.fc.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]},"
        + "\"m.fc.bias\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[24,40]},"
        + "\"m.extra\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[40,41]}}", new byte[41]);
    SequentialBlock block = linear(2).add(Linear.builder().setUnits(1).build());
    block.setInitializer(Initializer.ONES, Parameter.Type.WEIGHT);
    try (Model model = model(block); SharedWeights weights = SharedWeights.open(packice, "w")) {
      assertThatThrownBy(() -> weights.attachTo(block, model.getNDManager(), OPTIONS, INPUT))
          .isInstanceOfSatisfying(WeightsMismatchException.class, e -> assertThat(e.mismatches()).containsExactly(
              "\"01Linear_weight\" has shape (2, 3), and the tensor (3, 2)",
              "\"01Linear_bias\" is FLOAT32, and the tensor FLOAT64",
              "there is no tensor for parameter \"02Linear_weight\"",
              "there is no tensor for parameter \"02Linear_bias\"",
              "there is no parameter for tensor \"extra\""))
          .hasMessageStartingWith("Cannot attach weights w to this block: 5 mismatches: ");
      assertThat(block.isInitialized()).isFalse();
      block.initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
      assertThat(block.getParameters().get("02Linear_weight").getArray().toFloatArray()).containsExactly(1, 1);
      assertThat(block.getParameters().get("02Linear_weight").requiresGradient()).isTrue();
    }
  }

  @Test
  void whatIsLeftOverMayBeIgnored() throws IOException {
    load("{\"01Linear_weight\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[0,12]},"
        + "\"01Linear_bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]},"
        + "\"head\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[16,18]}}", new byte[18]);
    try (Model model = model(linear(1)); SharedWeights weights = SharedWeights.open(packice, "w")) {
      weights.attachTo(model.getBlock(), model.getNDManager(), AttachOptions.defaults().withUnused(Unused.IGNORE),
          INPUT);
      assertThat(model.getBlock().isInitialized()).isTrue();
    }
  }

  @Test
  void aHeadIsTrainedOnSharedWeightsWithRunningStatistics() throws IOException {
    load("{\"01BatchNorm_gamma\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
        + "\"01BatchNorm_beta\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[12,24]},"
        + "\"01BatchNorm_runningMean\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[24,36]},"
        + "\"01BatchNorm_runningVar\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[36,48]}}",
        TestFiles.floats(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1));
    SequentialBlock base = new SequentialBlock().add(BatchNorm.builder().build());
    try (Model model = model(new SequentialBlock().add(base).add(Linear.builder().setUnits(2).build()))) {
      try (SharedWeights weights = SharedWeights.open(packice, "w")) {
        weights.attachTo(base, model.getNDManager(), AttachOptions.defaults(), new Shape(4, 3));
      }
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
        trainer.initialize(new Shape(4, 3));
        try (GradientCollector collector = trainer.newGradientCollector();
            NDManager batch = trainer.getManager().newSubManager()) {
          NDArray input = batch.create(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 4}, new Shape(4, 3));
          NDList output = trainer.forward(new NDList(input));
          collector.backward(trainer.getLoss().evaluate(new NDList(batch.zeros(new Shape(4, 2))), output));
        }
        trainer.step();
      }
      assertThat(base.getParameters().get("01BatchNorm_runningMean").getArray().toFloatArray())
          .as("changed by the training").doesNotContain(0f);
    }
  }

  @Test
  void aBlockThatIsNotInitialisedWantsShapes() {
    try (Model model = model(linear(2)); SharedWeights weights = SharedWeights.open(packice, "w")) {
      assertThatThrownBy(() -> weights.attachTo(model.getBlock(), model.getNDManager(), OPTIONS))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("give these, too");
    }
  }
}
