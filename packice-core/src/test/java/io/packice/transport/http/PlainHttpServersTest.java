package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.NotFoundException;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server over HTTP as others have written it: the commands about leases, files by their paths, and no numbers of itself. */
@Timeout(300)
final class PlainHttpServersTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int NOT_FOUND = 404;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> leases = new HashMap<>(); // guarded by this
  private final Map<String, Path> sealed = new HashMap<>(); // guarded by this
  private Path folder;
  private HttpServer server;
  private String address;
  private boolean isWebSite;
  private boolean givesWhatIsThere;

  @BeforeEach
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    address = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    LeakCheck.assertNothingHeld();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (isWebSite || path.equals("/stats")) {
      send(exchange, NOT_FOUND, "<html>not found</html>");
      return;
    }
    JsonNode request = JSON.readTree(body);
    String lease = request.path("lease_id").asString("");
    if (path.equals("/acquire")) {
      acquire(exchange, request.get("object_id").stringValue(), request.get("intent").stringValue());
    } else if (!leases.containsKey(lease)) {
      send(exchange, NOT_FOUND, "{\"status\":\"error\",\"message\":\"no such lease\"}");
    } else {
      if (path.equals("/seal")) {
        sealed.put(leases.get(lease), folder.resolve(leases.get(lease)));
      }
      if (path.equals("/release")) {
        leases.remove(lease);
      }
      send(exchange, 200, "{\"status\":\"ok\"}");
    }
  }

  private void acquire(HttpExchange exchange, String id, String intent) throws IOException {
    Path file = folder.resolve(id);
    if (intent.equals("read") && !sealed.containsKey(id)) {
      send(exchange, NOT_FOUND, "{\"status\":\"error\",\"message\":\"object not found\"}");
      return;
    }
    if (intent.equals("create") && !givesWhatIsThere) {
      Files.createFile(file);
    }
    String lease = "lease-" + asked.size();
    leases.put(lease, id);
    send(exchange, 200, JSON.writeValueAsString(Map.of("status", "ok", "lease_id", lease, "object_id", id, "meta",
        Map.of("k", 1), "handles", List.of(file.toString()))));
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void whatIsWrittenToItsFilesIsReadFromThem() {
    try (PackiceClient client = Packice.connect(address)) {
      try (ObjectWriter writer = client.create("o", 5)) {
        writer.blob(0).segment().copyFrom(MemorySegment.ofArray("Hello".getBytes(UTF_8)));
        assertThatThrownBy(() -> client.get("o")).isInstanceOf(NotFoundException.class)
            .hasMessageContaining("object not found").hasMessageContaining(address);
        writer.seal();
      }
      try (LeasedObject object = client.get("o")) {
        assertThat(new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8)).isEqualTo("Hello");
        assertThat(object.meta().toJson()).isEqualTo("{\"k\":1}");
      }
    }
    assertThat(leases).isEmpty();
    assertThat(asked).containsExactly("/stats", "/renew", "/acquire", "/acquire", "/seal", "/release", "/acquire",
        "/release");
  }

  @Test
  void aFileThatIsNotHereIsSaidToBeAndTheLeaseGivenBack() throws IOException {
    try (PackiceClient client = Packice.connect(address)) {
      try (ObjectWriter writer = client.create("o", 5)) {
        writer.seal();
      }
      Files.delete(folder.resolve("o"));
      assertThatThrownBy(() -> client.get("o")).isInstanceOf(StorageException.class)
          .hasMessageContaining("Cannot open " + folder.resolve("o"));
    }
    assertThat(leases).isEmpty();
  }

  @Test
  void aFileOfThisUserThatItNamesForANewObjectStaysAsItIs() throws IOException {
    givesWhatIsThere = true;
    Files.writeString(folder.resolve("o"), "mine");
    try (PackiceClient client = Packice.connect(address)) {
      assertThatThrownBy(() -> client.create("o", 5)).isInstanceOf(StorageException.class)
          .hasMessageContaining("4 bytes already");
    }
    assertThat(folder.resolve("o")).hasContent("mine");
    assertThat(leases).isEmpty();
  }

  @Test
  void whatIsNoPeerIsNone() {
    isWebSite = true;
    assertThatThrownBy(() -> Packice.connect(address)).isInstanceOf(PeerUnavailableException.class)
        .hasMessageContaining("it answered with status 404 and no message of Packice's");
  }
}
