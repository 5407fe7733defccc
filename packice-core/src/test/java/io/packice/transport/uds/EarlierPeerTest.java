package io.packice.transport.uds;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.LeaseId;
import io.packice.core.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A peer of an earlier version knows neither how to freeze nor how connections share a session: everything goes on as it did. */
@Timeout(300)
final class EarlierPeerTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final List<String> asked = new CopyOnWriteArrayList<>();

  private String answer(JsonNode request) {
    String command = request.get("command").stringValue();
    asked.add(command + (request.has("lease_ids") ? " many" : ""));
    return switch (command) {
      case "renew" -> request.has("lease_id") ? "{\"status\":\"renewed\"}"
          : "{\"status\":\"error\",\"code\":\"INVALID_REQUEST\",\"message\":\"Cannot renew without a lease_id\"}";
      case "hello" -> "{\"status\":\"ok\",\"version\":1,\"session\":true}";
      case "acquire" ->
          "{\"status\":\"ok\",\"lease_id\":\"l\",\"object_id\":\"o\",\"intent\":\"create\",\"meta\":{},\"blobs\":[]}";
      case "seal" -> "{\"status\":\"sealed\"}";
      case "release" -> "{\"status\":\"released\"}";
      default -> "{\"status\":\"error\",\"code\":\"INVALID_REQUEST\",\"message\":\"Cannot do " + command
          + ": unknown command; the commands are hello, acquire, seal, release\"}";
    };
  }

  private void serve(AFUNIXServerSocket listener) {
    try (AFUNIXSocket socket = listener.accept();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String answer = answer(JSON.readTree(line)) + "\n";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException clientGone) {
      asked.add(clientGone.toString());
    }
  }

  @Test
  void theSealFreezesAndThereIsOneConnection(@TempDir Path folder) throws IOException, InterruptedException {
    Path path = folder.resolve("p.sock");
    try (AFUNIXServerSocket listener = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(path))) {
      Thread peer = Thread.ofPlatform().start(() -> serve(listener));
      try (PackiceClient client = Packice.connect(path); ObjectWriter writer = client.create("o")) {
        writer.freeze();
        writer.seal();
      }
      peer.join();
    }
    assertThat(asked).containsExactly("hello", "acquire", "freeze", "seal", "release");
  }

  @Test
  void leasesAreRenewedOneByOne(@TempDir Path folder) throws IOException, InterruptedException {
    Path path = folder.resolve("p.sock");
    List<LeaseId> leases = List.of(new LeaseId("a"), new LeaseId("b"));
    try (AFUNIXServerSocket listener = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(path))) {
      Thread peer = Thread.ofPlatform().start(() -> serve(listener));
      try (Session session = UdsSession.connect(path)) {
        assertThat(session.renew(leases)).isEmpty();
        assertThat(session.renew(leases)).isEmpty();
      }
      peer.join();
    }
    assertThat(asked).containsExactly("hello", "renew many", "renew", "renew", "renew", "renew");
  }
}
