package io.packice.djl.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.djl.BatchTransform;
import io.packice.djl.Column;
import io.packice.djl.EpochToken;
import io.packice.djl.PackiceDataset;
import io.packice.djl.TestTables;
import io.packice.djl.samples.SyntheticDigits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** What README.md, docs/djl.md and javadoc show of DJL, as it is compiled and run. {@code packice-cli} has the test that it stands there just so. */
class DocumentedCodeTest {
  @Test
  void trainFromSharedMemory() throws IOException, TranslateException {
    try (PackiceClient packice = Packice.connect(); Model model = Model.newInstance("linear")) {
      TestTables.digits(packice, "mnist", SyntheticDigits.generate(1, 500), 500);
      model.setBlock(
          new SequentialBlock().add(Blocks.batchFlattenBlock(784)).add(Linear.builder().setUnits(10).build()));
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
        trainer.initialize(new Shape(1, 28, 28));
        train(packice, trainer);
      }
    }
  }

  private static void train(PackiceClient packice, Trainer trainer) throws IOException, TranslateException {
    // @start region="train"
    try (PackiceDataset mnist = PackiceDataset.builder()
        .setTable(packice, "mnist")
        .setFeatures("image").optScale(1f / 255)
        .optLabels("label")
        .setSampling(64, true)
        .build()) {
      List<PackiceDataset> parts = mnist.split(0.9, 0.1);
      EasyTrain.fit(trainer, 2, parts.get(0), parts.get(1));
      parts.forEach(PackiceDataset::close);
    }
    // @end
  }

  @Test
  void photos() throws IOException {
    byte[] png = png();
    Field photo = Field.nullable("png", new ArrowType.Binary());
    Field species = Field.nullable("species", new ArrowType.Utf8());
    Field photographer = Field.nullable("photographer", new ArrowType.Utf8());
    try (PackiceClient packice = Packice.connect(); NDManager manager = NDManager.newBaseManager()) {
      TestTables.write(packice, "photos", 100, 50, List.of(photo, species, photographer), (root, first, count) -> {
        root.allocateNew();
        for (int i = 0; i < count; i++) {
          ((VarBinaryVector) root.getVector(0)).setSafe(i, png);
          ((VarCharVector) root.getVector(1)).setSafe(i, "newt".getBytes(StandardCharsets.UTF_8));
          ((VarCharVector) root.getVector(2)).setSafe(i, ("p" + (first + i)).getBytes(StandardCharsets.UTF_8));
        }
      });
      photos(packice, manager);
    }
  }

  private static void photos(PackiceClient packice, NDManager manager) {
    Map<String, Integer> speciesIds = Map.of("newt", 0, "toad", 1);
    BatchTransform embed = data -> new NDList(data.head().reshape(-1, 3, 1024).mean(new int[] {2}));
    // @start region="columns"
    PackiceDataset all = PackiceDataset.builder()
        .setTable(packice, "photos")
        .addFeature(Column.ofImages("png", 32, 32, 3).withChannelsFirst().withScale(1 / 255.0)
            .withMeanAndStd(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f}))
        .addLabel(Column.ofText("species", speciesIds))
        .setSampling(8, true)
        .optSeed(7)
        .build();
    List<PackiceDataset> parts = all.splitBy("photographer", 0.9, 0.1);
    // @end
    PackiceDataset train = parts.getFirst();
    String token = "";
    for (Batch batch : train.getData(manager)) {
      assertThat(batch.getData().head().getShape().slice(1)).isEqualTo(new Shape(3, 32, 32));
      // @start region="token"
      token = PackiceDataset.tokenAfter(batch).toString(); // such as packice-epoch-1:0:8:1d2f9e3b5c60a7f4
      // @end
      batch.close();
      break;
    }
    // @start region="resume"
    train.resume(EpochToken.parse(token));
    // @end
    // @start region="mapped"
    PackiceDataset embedded = train.mapped("resnet-18 without its last layer, v3", embed);
    // @end
    for (Batch batch : embedded.getData(manager)) {
      assertThat(batch.getData().head().getShape().slice(1)).isEqualTo(new Shape(3));
      batch.close();
    }
    embedded.close();
    parts.forEach(PackiceDataset::close);
    all.close();
  }

  @Test
  void columns() {
    Map<String, Integer> cities = Map.of("Rome", 3);
    List<Column> columns = List.of(
    // @formatter:off
        // @start region="column"
        Column.of("image").withChannelsFirst().withScale(1f / 255).withMeanAndStd(new float[] {0.49f, 0.48f, 0.45f}, new float[] {0.2f, 0.2f, 0.2f}),
        Column.ofText("city", cities).withOneHot(12),
        Column.ofLists("tokens", 128).withMask()
        // @end
        // @formatter:on
    );
    assertThat(columns).doesNotHaveDuplicates();
  }

  private static byte[] png() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", bytes);
    return bytes.toByteArray();
  }
}
