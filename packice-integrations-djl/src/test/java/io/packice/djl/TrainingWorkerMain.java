package io.packice.djl;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.imports.IdxImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * One of several workers, which trains a network by {@code EasyTrain.fit} on its shard of four fifths of a table, and tests it on the rest. Prints
 * the rows of its first epoch, how many rows it saw in all, and the accuracy. Arguments: the peer's socket, "mlp" or "cnn", the worker's
 * index, how many workers there are, how many epochs.
 */
public final class TrainingWorkerMain {
  private static final int CLASSES = 10;

  private TrainingWorkerMain() {
  }

  public static void main(String[] args) throws IOException, TranslateException {
    Engine.getInstance().setRandomSeed(1);
    try (PackiceClient client = Packice.connect(Path.of(args[0]));
        PackiceDataset all = PackiceDataset.builder().setTable(client, "digits")
            .addFeature(Column.of(IdxImport.IMAGE).withShape(28, 28, 1).withChannelsFirst().withScale(1 / 255.0)
                .withMeanAndStd(new float[] {0.1307f}, new float[] {0.3081f}))
            .optLabels(IdxImport.LABEL).setSampling(32, true).optSeed(11).optPrefetchNumber(3).build()) {
      List<PackiceDataset> parts = all.split(0.8, 0.2);
      try (PackiceDataset train = parts.get(0);
          PackiceDataset test = parts.get(1);
          PackiceDataset shard = train.shard(Integer.parseInt(args[2]), Integer.parseInt(args[3]))) {
        System.out.println("accuracy " + fit(args[1], shard, test, Integer.parseInt(args[4])));
      }
    }
  }

  private static float fit(String network, PackiceDataset train, PackiceDataset test, int epochs)
      throws IOException, TranslateException {
    BitSet firstEpoch = new BitSet();
    BitSet seen = new BitSet();
    DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
        .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.002f)).build())
        .addEvaluator(new Accuracy())
        .addTrainingListeners(new EvaluatorTrainingListener(), new TrainingListenerAdapter() {
          @Override
          public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            EpochToken token = PackiceDataset.tokenAfter(batchData.getBatch());
            for (Object row : batchData.getBatch().getIndices()) {
              seen.set(((Long) row).intValue());
              if (token.epoch() == 0) {
                firstEpoch.set(((Long) row).intValue());
              }
            }
          }
        });
    try (Model model = Model.newInstance(network)) {
      model.setBlock(network.equals("cnn") ? convolutional() : perceptron());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(1, 1, 28, 28));
        EasyTrain.fit(trainer, epochs, train, test);
        System.out.println("first " + firstEpoch);
        System.out.println("seen " + seen.cardinality());
        return trainer.getTrainingResult().getValidateEvaluation("Accuracy");
      }
    }
  }

  private static Block perceptron() {
    return new SequentialBlock().add(Blocks.batchFlattenBlock(28 * 28)).add(Linear.builder().setUnits(128).build())
        .add(Activation::relu).add(Linear.builder().setUnits(CLASSES).build());
  }

  private static Block convolutional() {
    return new SequentialBlock()
        .add(Conv2d.builder().setKernelShape(new Shape(5, 5)).setFilters(8).build()).add(Activation::relu)
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(16).build()).add(Activation::relu)
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(CLASSES).build());
  }
}
