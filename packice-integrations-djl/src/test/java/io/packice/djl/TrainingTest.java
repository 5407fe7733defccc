package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.imports.IdxImport;
import io.packice.contract.LeakCheck;
import io.packice.djl.samples.SyntheticDigits;
import io.packice.process.Child;
import io.packice.process.PeerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks learn from a peer in another process: MNIST's own test pictures if they lie beside the project, else generated digits. */
class TrainingTest {
  private static final Path MNIST = Path.of("../../shared/data/mnist");
  private static Path socket;
  private static Child peer;

  @BeforeAll
  static void startPeerWithDigits(@TempDir Path folder) throws IOException {
    socket = folder.resolve("peer.sock");
    peer = new Child(PeerMain.class, socket, 64 << 20);
    assertThat(peer.line()).startsWith("listening");
    Path images = MNIST.resolve("t10k-images-idx3-ubyte.gz");
    Path labels = MNIST.resolve("t10k-labels-idx1-ubyte.gz");
    if (!Files.exists(images)) {
      System.out.println("no " + images + ": training with generated digits");
      SyntheticDigits digits = SyntheticDigits.generate(1, 10_000);
      images = folder.resolve("images");
      labels = folder.resolve("labels");
      digits.writeImages(images);
      digits.writeLabels(labels);
    }
    try (PackiceClient client = Packice.connect(socket)) {
      IdxImport.of(images, labels).into(new ArrowTables(client), "digits");
    }
  }

  @AfterAll
  static void stopPeer() {
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  @Test
  void aConvolutionalNetworkLearnsToReadDigits() throws IOException, InterruptedException {
    try (Child worker = EngineChild.start(TrainingWorkerMain.class, socket, "cnn", 0, 1, 3)) {
      List<String> lines = worker.remainingLines();
      assertThat(worker.exitCode()).isZero();
      assertThat(accuracy(lines)).isGreaterThanOrEqualTo(0.95);
      assertThat(lines).contains("seen 8000");
    }
  }

  @Test
  void twoWorkersLearnFromDisjointShards() throws IOException, InterruptedException {
    twoWorkersLearn("mlp", 10, 0.93);
  }

  @Test
  @Tag("nightly") // half a minute of two processors
  void twoWorkersWithConvolutionalNetworksLearnFromDisjointShards() throws IOException, InterruptedException {
    twoWorkersLearn("cnn", 5, 0.95);
  }

  private static void twoWorkersLearn(String network, int epochs, double atLeast)
      throws IOException, InterruptedException {
    try (Child one = EngineChild.start(TrainingWorkerMain.class, socket, network, 0, 2, epochs);
        Child other = EngineChild.start(TrainingWorkerMain.class, socket, network, 1, 2, epochs)) {
      List<String> lines = one.remainingLines();
      List<String> otherLines = other.remainingLines();
      assertThat(one.exitCode() + other.exitCode()).isZero();
      assertThat(accuracy(lines)).isGreaterThanOrEqualTo(atLeast);
      assertThat(accuracy(otherLines)).isGreaterThanOrEqualTo(atLeast);
      List<String> rows = firstEpoch(lines);
      assertThat(rows).hasSize(4_000).doesNotContainAnyElementsOf(firstEpoch(otherLines));
      assertThat(firstEpoch(otherLines)).hasSize(4_000);
      assertThat(Integer.parseInt(lines.get(1).substring(5))).as("rows of all epochs")
          .isGreaterThan((int) (0.99 * 8_000 * (1 - Math.pow(0.5, epochs))));
    }
  }

  private static double accuracy(List<String> lines) {
    System.out.println("trained: " + lines.getLast());
    return Double.parseDouble(lines.getLast().substring("accuracy ".length()));
  }

  private static List<String> firstEpoch(List<String> lines) {
    return Arrays.asList(lines.getFirst().replaceAll("first \\{|}", "").split(", "));
  }

  /** Writes down which rows come, and fails after some batches. */
  private static final class Watcher extends TrainingListenerAdapter {
    private final int batches;
    private final List<Object> rows = new ArrayList<>();
    private int seen;
    private EpochToken token;

    Watcher(int batches) {
      this.batches = batches;
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
      if (seen++ == batches) {
        throw new IllegalStateException("pulled the plug");
      }
      rows.addAll(batchData.getBatch().getIndices());
      token = PackiceDataset.tokenAfter(batchData.getBatch());
    }
  }

  @Test
  void aTrainingThatFailedInTheMiddleOfAnEpochGoesOnWithTheSameRows() throws IOException, TranslateException {
    Watcher whole = new Watcher(Integer.MAX_VALUE);
    Watcher again = new Watcher(Integer.MAX_VALUE);
    Watcher first = new Watcher(60);
    Watcher rest = new Watcher(Integer.MAX_VALUE);
    fit(whole, null, 2);
    fit(again, null, 2);
    assertThat(again.rows).hasSize(20_000).isEqualTo(whole.rows);
    assertThatThrownBy(() -> fit(first, null, 2)).hasMessage("pulled the plug");
    fit(rest, EpochToken.parse(first.token.toString()), 1);
    List<Object> both = new ArrayList<>(first.rows);
    both.addAll(rest.rows);
    assertThat(both).isEqualTo(whole.rows);
  }

  private static void fit(Watcher watcher, EpochToken resume, int epochs) throws IOException, TranslateException {
    try (PackiceClient client = Packice.connect(socket);
        PackiceDataset dataset = PackiceDataset.builder().setTable(client, "digits").setFeatures("image")
            .optScale(1f / 255).optLabels("label").setSampling(250, true).optSeed(5).build();
        Model model = Model.newInstance("linear")) {
      if (resume != null) {
        dataset.resume(resume);
      }
      model.setBlock(
          new SequentialBlock().add(Blocks.batchFlattenBlock(784)).add(Linear.builder().setUnits(10).build()));
      try (Trainer trainer = model.newTrainer(
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).addTrainingListeners(watcher))) {
        trainer.initialize(new Shape(1, 28, 28));
        EasyTrain.fit(trainer, epochs, dataset, null);
      }
    }
  }
}
