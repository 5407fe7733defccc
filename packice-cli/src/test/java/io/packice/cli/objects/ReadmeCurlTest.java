package io.packice.cli.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.peers.MemoryPeer;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs what the README says about curl, word for word, against a served peer. */
final class ReadmeCurlTest {
  private static final Pattern BLOCK = Pattern.compile("```bash\\n(PEER=(\\S+)\\n.*?)```", Pattern.DOTALL);

  private static boolean hasCurl() throws InterruptedException {
    try {
      return new ProcessBuilder("curl", "--version").redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  @Test
  void everyCommandOfTheReadmeWorks() throws Exception {
    assumeTrue(hasCurl(), "curl is not installed");
    Matcher block = BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
    assertThat(block.find()).isTrue();
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        HttpServer server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(anyPort))) {
      String script = "set -e -o pipefail; after() { echo; }; trap after DEBUG\n"
          + block.group(1).replace(block.group(2), server.address().toString());
      Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
      bash.getOutputStream().close();
      String output = new String(bash.getInputStream().readAllBytes(), UTF_8);

      assertThat(bash.waitFor()).as(output).isZero();
      assertThat(output.lines()).contains("Hello, world", "world", "second", "four", "{\"status\":\"sealed\"}",
          "{\"status\":\"renewed\",\"ttl_seconds\":60}", "{\"status\":\"discarded\"}");
      assertThat(output).contains("Accept-Ranges: bytes").contains("\"kind\":\"pair\"").contains("\"leases\":0");
    }
  }
}
