package io.packice.djl.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.imports.IdxImport;
import io.packice.contract.LeakCheck;
import io.packice.djl.PackiceDataset;
import io.packice.djl.TestTables;
import io.packice.process.Child;
import io.packice.process.PeerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsTrainingTest {
  @TempDir private Path folder;

  private Path socket;
  private Child peer;

  @BeforeEach
  void startPeer() throws IOException {
    socket = folder.resolve("peer.sock");
    peer = new Child(PeerMain.class, socket, 64 << 20);
    assertThat(peer.line()).startsWith("listening");
  }

  @AfterEach
  void stopPeer() {
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  @Test
  void aNetworkLearnsToReadFromAPeerInAnotherProcess() throws IOException, TranslateException {
    importDigits("digits/train", 1, 12_000);
    importDigits("digits/test", 2, 1_000);
    DigitsTraining.Result result = DigitsTraining.run(socket.toString(), "digits/train", "digits/test", 2);
    assertThat(result.testAccuracy()).isBetween(0.92, 1.0);
    assertThat(result.samplesPerSecond()).isPositive();
    assertThat(result.readyToTrain()).isPositive();
  }

  @Test
  void noEpochsAreRefusedBeforeAnybodyConnects() {
    assertThatThrownBy(() -> DigitsTraining.run("/nowhere.sock", "digits/train", "digits/test", 0))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 epochs");
  }

  @Test
  void easyTrainFitsAModelWhileOthersLoadItsBatches() throws IOException, TranslateException {
    try (PackiceClient client = Packice.connect(socket);
        ExecutorService loaders = Executors.newSingleThreadExecutor()) {
      TestTables.digits(client, "train", SyntheticDigits.generate(1, 10_000), 4_000);
      TestTables.digits(client, "test", SyntheticDigits.generate(2, 1_000), 400);
      DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
          .optOptimizer(Optimizer.adam().build()).addEvaluator(new Accuracy())
          .addTrainingListeners(new EvaluatorTrainingListener()).optExecutorService(loaders);
      try (PackiceDataset train = digits(client, "train");
          PackiceDataset test = digits(client, "test");
          Model model = Model.newInstance("mlp")) {
        model.setBlock(
            new SequentialBlock().add(Blocks.batchFlattenBlock(784)).add(Linear.builder().setUnits(64).build())
                .add(Activation::relu).add(Linear.builder().setUnits(10).build()));
        try (Trainer trainer = model.newTrainer(config)) {
          trainer.initialize(new Shape(1, 28, 28));
          EasyTrain.fit(trainer, 3, train, test);
          assertThat(trainer.getTrainingResult().getValidateEvaluation("Accuracy")).isGreaterThan(0.9f);
        }
      }
    }
  }

  private static PackiceDataset digits(PackiceClient client, String table) {
    return PackiceDataset.builder().setTable(client, table).setFeatures("image").optScale(1f / 255).optLabels("label")
        .setSampling(32, true).build();
  }

  private void importDigits(String table, long seed, int count) throws IOException {
    SyntheticDigits digits = SyntheticDigits.generate(seed, count);
    Path images = folder.resolve("images");
    Path labels = folder.resolve("labels");
    digits.writeImages(images);
    digits.writeLabels(labels);
    try (PackiceClient client = Packice.connect(socket)) {
      IdxImport.of(images, labels).into(new ArrowTables(client), table);
    }
  }
}
