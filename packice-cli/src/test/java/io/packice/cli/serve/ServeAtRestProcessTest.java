package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cli.Main;
import io.packice.cli.demo.JavaCommand;
import io.packice.core.AcquireRequest;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer with the JVM's options of the launcher, in a process of its own: what its heap took for a load it gives back when it rests. */
class ServeAtRestProcessTest {
  private static final long MOST_AT_REST = 150L << 20;

  @TempDir Path folder;

  /** As the script has them, but for the time until a collection, which is shorter than it is for users. */
  private static List<String> launcherOptions() throws IOException {
    Matcher line = Pattern.compile("(?m)^ *daemon='([^']*)'").matcher(Files.readString(Path.of("..", "packice")));
    assertThat(line.find()).as("options in the launcher").isTrue();
    List<String> options = new ArrayList<>(List.of("-XX:-UseSerialGC")); // which tests are started with
    options.addAll(List.of(line.group(1).split(" ")));
    options.add("-XX:G1PeriodicGCInterval=1000");
    return options;
  }

  private static void use(PackiceClient client, int requests) {
    Metadata meta = Metadata.of(Map.of("k", "x".repeat(40_000)));
    for (int i = 0; i < requests / 5; i++) { // three requests for what is made, two for what is read; and some listings
      ObjectId id = new ObjectId("o" + i % 100);
      AcquireRequest request =
          AcquireRequest.create(id, List.of(1L << 12)).withMeta(meta).withIfExists(AcquireRequest.IfExists.REPLACE);
      try (ObjectWriter writer = client.create(request)) {
        writer.seal();
      }
      client.get(id.value()).close();
      if (i % 20 == 0) {
        assertThat(client.list("").count()).isPositive();
      }
    }
  }

  @Test
  void whatALoadOfSixThousandRequestsTookIsGivenBack() throws Exception {
    Process process = new ProcessBuilder(JavaCommand.of(Main.class, launcherOptions().toArray(String[]::new))
        .args("serve", "--memory", "1g", "--socket", folder.resolve("p.sock").toString()).line())
        .redirectError(folder.resolve("log").toFile()).start();
    try {
      assertThat(process.inputReader().readLine()).as(() -> "no peer: " + folder).startsWith("Packice listens on ");
      try (PackiceClient client = Packice.connect(folder.resolve("p.sock"))) {
        use(client, 6_000);
        assertThat(client.stats().heap().limitBytes()).isGreaterThan(MOST_AT_REST);
        Awaitility.await().pollInterval(Duration.ofMillis(250)).atMost(Duration.ofMinutes(1))
            .untilAsserted(() -> assertThat(client.stats().heap().committedBytes()).isLessThan(MOST_AT_REST));
      }
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor()).isEqualTo(128 + 15);
  }
}
