package io.packice.djl.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.Criteria;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.djl.weights.AttachOptions;
import io.packice.djl.weights.SharedModel;
import io.packice.djl.weights.SharedWeights;
import io.packice.djl.weights.WeightsImport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md and docs/weights.md show of weights, as it is compiled and run. {@code packice-cli} has the test that it stands there just so. */
class WeightsSnippetTest {
  @Test
  void weightsAreImportedAndAttached(@TempDir Path folder) throws IOException, TranslateException {
    byte[] header = ("{\"model.fc.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        + "\"model.fc.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}}")
        .getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("model.safetensors"), ByteBuffer.allocate(8 + header.length + 32)
        .order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).putFloat(1).array());
    try (PackiceClient packice = Packice.connect()) {
      new WeightsImport(packice, "classifier").safetensors(file);
      try (Model model = Model.newInstance("classifier")) {
        model.setBlock(new SequentialBlock().add(Linear.builder().setUnits(2).build()));
        attach(packice, model, model.getBlock());
        assertThat(packice.stats().leases()).isOne();
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
            NDManager manager = NDManager.newBaseManager()) {
          NDList output = predictor.predict(new NDList(manager.ones(new Shape(1, 3), DataType.FLOAT32)));
          assertThat(output.head().toFloatArray()).containsExactly(1, 0);
          output.close();
        }
      }
      assertThat(packice.stats().leases()).isZero();
    }
  }

  private static void attach(PackiceClient packice, Model model, Block block) {
    // @start region="weights"
    try (SharedWeights weights = SharedWeights.open(packice, "classifier")) {
      weights.attachTo(block, model.getNDManager(), AttachOptions.defaults().withPrefix("model.")
          .withNames(Map.of("01Linear_weight", "fc.weight", "01Linear_bias", "fc.bias")), new Shape(1, 3));
    }   // the model keeps them leased until it is closed
    // @end
  }

  /** Compiled here; the tests of {@link SharedModel} run the same. */
  static void serve(PackiceClient packice, Criteria<NDList, NDList> criteria, NDList request)
      throws IOException, ModelException, TranslateException {
    // @formatter:off
    // @start region="serve"
    try (SharedModel<NDList, NDList> model = SharedModel.load(packice, "bert", criteria, AttachOptions.defaults())) {
      try (Predictor<NDList, NDList> predictor = model.newPredictor()) {   // for a request, or for a thread
        answer(predictor.predict(request));
      }
      model.refresh();                                                     // now and then: are there newer weights?
    }
    // @end
    // @formatter:on
  }

  private static void answer(NDList answer) {
    answer.close();
  }
}
