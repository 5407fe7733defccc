package io.packice.djl.samples;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.imports.IdxImport;
import io.packice.djl.PackiceDataset;
import java.io.IOException;
import java.time.Duration;

/** Trains a small network to read digits from a table that other processes share. Copy it and change what you like. */
public final class DigitsTraining {
  private static final int CLASSES = 10;
  private static final int HIDDEN = 128;
  private static final int BATCH_SIZE = 64;
  private static final float LEARNING_RATE = 0.003f;

  private DigitsTraining() {
  }

  /**
   * How it went.
   *
   * @param readyToTrain from before the connection to the first batch in hand, the engine being loaded already
   * @param samplesPerSecond how many training images went through the network, forth and back, in each second
   * @param testAccuracy the part of the test images that it reads right, from 0 to 1
   */
  public record Result(Duration readyToTrain, double samplesPerSecond, double testAccuracy) {
  }

  /**
   * Trains and tests.
   *
   * @param address where the peer is, as for {@link Packice#connect(String)}
   * @param trainTable a table with a column {@code image} of 28 by 28 bytes, and {@code label} of integers from 0 to 9
   * @param testTable another one like it
   * @param epochs how often each training image is seen, at least 1
   * @return times and accuracy
   * @throws IllegalArgumentException if {@code epochs} is less than 1
   * @throws IOException as DJL has it; not by our datasets
   * @throws TranslateException as DJL has it; not by our datasets
   */
  public static Result run(String address, String trainTable, String testTable, int epochs)
      throws IOException, TranslateException {
    if (epochs < 1) {
      throw new IllegalArgumentException("Cannot train for " + epochs + " epochs; choose at least 1");
    }
    Engine.getInstance(); // native libraries take their second now, and not in the figures
    long start = System.nanoTime();
    try (PackiceClient packice = Packice.connect(address);
        PackiceDataset train = digits(packice, trainTable);
        PackiceDataset test = digits(packice, testTable);
        Model model = Model.newInstance("digits");
        Trainer trainer = newTrainer(model)) {
      Duration ready = Duration.ZERO;
      long trained = 0;
      long trainingNanos = 0;
      for (int epoch = 0; epoch < epochs; epoch++) {
        long epochStart = System.nanoTime();
        for (Batch batch : trainer.iterateDataset(train)) {
          if (trained == 0) {
            ready = Duration.ofNanos(System.nanoTime() - start);
          }
          EasyTrain.trainBatch(trainer, batch);
          trainer.step();
          trained += batch.getSize();
          batch.close();
        }
        trainingNanos += System.nanoTime() - epochStart;
      }
      EasyTrain.evaluateDataset(trainer, test);
      trainer.notifyListeners(listener -> listener.onEpoch(trainer));
      return new Result(ready, trained * 1e9 / trainingNanos,
          trainer.getTrainingResult().getValidateEvaluation("Accuracy"));
    }
  }

  /** The dataset: in each epoch in another order, bytes as numbers from 0 to 1. */
  private static PackiceDataset digits(PackiceClient packice, String table) {
    return PackiceDataset.builder()
        .setTable(packice, table)
        .setFeatures(IdxImport.IMAGE)
        .optScale(1f / 255)
        .optLabels(IdxImport.LABEL)
        .setSampling(BATCH_SIZE, true) // shuffled
        .build();
  }

  private static Trainer newTrainer(Model model) {
    model.setBlock(new SequentialBlock()
        .add(Blocks.batchFlattenBlock((long) SyntheticDigits.SIDE * SyntheticDigits.SIDE))
        .add(Linear.builder().setUnits(HIDDEN).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(CLASSES).build()));
    Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
        .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(LEARNING_RATE)).build())
        .addEvaluator(new Accuracy())
        .addTrainingListeners(new EvaluatorTrainingListener()));
    trainer.initialize(new Shape(1, SyntheticDigits.SIDE, SyntheticDigits.SIDE));
    return trainer;
  }
}
