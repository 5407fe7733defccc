package io.packice.djl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.translate.TranslateException;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.djl.TestTables;
import io.packice.process.Child;
import io.packice.process.PeerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsTrainingTest {
  @Test
  void aNetworkLearnsToReadFromAPeerInAnotherProcess(@TempDir Path folder) throws IOException, TranslateException {
    Path socket = folder.resolve("peer.sock");
    try (Child peer = new Child(PeerMain.class, socket, 64 << 20)) {
      assertThat(peer.line()).startsWith("listening");
      try (PackiceClient client = Packice.connect(socket)) {
        TestTables.digits(client, "digits/train", SyntheticDigits.generate(1, 12_000), 5_000);
        TestTables.digits(client, "digits/test", SyntheticDigits.generate(2, 1_000), 1_000);
      }
      DigitsTraining.Result result = DigitsTraining.run(socket.toString(), "digits/train", "digits/test", 2);
      assertThat(result.testAccuracy()).isBetween(0.9, 1.0);
      assertThat(result.samplesPerSecond()).isPositive();
      assertThat(result.readyToTrain()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(10));
    }
  }
}
