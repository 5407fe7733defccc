package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.InvalidRequestException;
import io.packice.core.LeaseExpiredException;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.PeerUnavailableException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import tools.jackson.databind.json.JsonMapper;

/** Servers that know no hello, as each of them may answer; what all of them do is for the contract. */
@Timeout(300)
final class PlainServersTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String UNKNOWN = "{\"status\":\"error\",\"message\":\"unknown command\"}";
  private static final String GRANT = "{\"status\":\"ok\",\"lease_id\":\"l\",\"object_id\":\"o\",\"meta\":{}}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Path> files = new ArrayList<>(); // what comes with a grant

  private Path socket;
  private AFUNIXServerSocket listener;
  private Thread acceptor;
  private volatile UnaryOperator<String> answers = command -> command.equals("acquire") ? GRANT : "{\"status\":\"ok\"}";

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    socket = folder.resolve("other.sock");
    listener = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(socket));
    acceptor = Thread.ofPlatform().start(this::serve);
  }

  @AfterEach
  void stop() throws Exception {
    listener.close();
    acceptor.join();
    LeakCheck.assertNothingHeld();
  }

  /** One connection after the other: nobody here keeps one. */
  private void serve() {
    try {
      while (true) {
        try (AFUNIXSocket connection = listener.accept()) {
          byte[] bytes = new byte[4096];
          int count = connection.getInputStream().read(bytes);
          String request = new String(bytes, 0, Math.max(0, count), UTF_8);
          asked.add(request);
          String command = JSON.readTree(request).get("command").stringValue();
          answer(connection, command, command.equals("hello") ? UNKNOWN : answers.apply(command));
        }
      }
    } catch (IOException closed) {
      asked.add("closed");
    }
  }

  private void answer(AFUNIXSocket connection, String command, String text) throws IOException {
    List<FileInputStream> open = new ArrayList<>();
    for (Path file : command.equals("acquire") ? files : List.<Path>of()) {
      open.add(new FileInputStream(file.toFile()));
    }
    if (!open.isEmpty()) {
      FileDescriptor[] descriptors = new FileDescriptor[open.size()];
      for (int i = 0; i < descriptors.length; i++) {
        descriptors[i] = open.get(i).getFD();
      }
      connection.setOutboundFileDescriptors(descriptors);
    }
    connection.getOutputStream().write(text.getBytes(UTF_8));
    for (FileInputStream each : open) {
      each.close();
    }
  }

  private void file(Path folder, String name, String content) throws IOException {
    files.add(Files.writeString(folder.resolve(name), content));
  }

  @Test
  void eachDescriptorIsABlobAsLongAsItIs(@TempDir Path folder) throws IOException {
    file(folder, "a", "first");
    file(folder, "b", "");
    file(folder, "c", "third".repeat(1_000));
    try (PackiceClient client = Packice.connect(socket); LeasedObject object = client.get("o")) {
      assertThat(object.blobs()).extracting(blob -> new String(blob.segment().toArray(ValueLayout.JAVA_BYTE), UTF_8))
          .containsExactly("first", "", "third".repeat(1_000));
    }
  }

  @Test
  void anObjectMayComeWithNothing() {
    try (PackiceClient client = Packice.connect(socket); LeasedObject object = client.get("o")) {
      assertThat(object.blobs()).isEmpty();
    }
  }

  @Test
  void requestsAreWhatSuchServersKnow(@TempDir Path folder) throws IOException {
    file(folder, "a", "first");
    try (PackiceClient client = Packice.connect(socket)) {
      client.get("o").close();
    }
    assertThat(asked).element(1)
        .isEqualTo("{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"read\",\"ttl_seconds\":60}");
    assertThat(asked).element(2).isEqualTo("{\"command\":\"release\",\"lease_id\":\"l\"}");
  }

  @Test
  void leasesAreRenewedByTheTtlThatTheServerSays(@TempDir Path folder) throws IOException {
    file(folder, "a", "first");
    answers =
        command -> command.equals("acquire") ? GRANT.replace("}}", "},\"ttl_seconds\":0.3}") : "{\"status\":\"ok\"}";
    try (PackiceClient client = Packice.connect(socket); LeasedObject _ = client.get("o")) {
      LeakCheck.eventually(() -> assertThat(asked).filteredOn(each -> each.contains("renew")).hasSizeGreaterThan(1));
    }
  }

  @Test
  void aRefusalIsSaidInTheServersWords() {
    answers = _ -> "{\"status\":\"error\",\"message\":\"nope\\u0007\"}";
    try (PackiceClient client = Packice.connect(socket)) {
      assertThatThrownBy(() -> client.get("o")).isInstanceOf(NotFoundException.class)
          .hasMessage(
              "Cannot acquire o: the server at " + socket + " says: nope\\u0007; look whether it is sealed there");
      assertThatThrownBy(() -> client.create("o", 1)).isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("Cannot create o: ").hasMessageContaining("nope");
      assertThatThrownBy(() -> client.renew("l")).isInstanceOf(LeaseExpiredException.class)
          .hasMessageContaining("nope");
      client.release("l");
    }
  }

  @Test
  void aRefusalWithoutAWordIsOne() {
    answers = _ -> "{\"status\":\"error\"}";
    try (PackiceClient client = Packice.connect(socket)) {
      assertThatThrownBy(() -> client.get("o")).isInstanceOf(NotFoundException.class)
          .hasMessageContaining("does not say why");
    }
  }

  @Test
  void whatMakesNoSenseIsNoGrant() {
    try (PackiceClient client = Packice.connect(socket)) {
      for (String answer : List.of("{}", "{\"status\":\"ok\"}", GRANT.replace("{}", "[1]"), "[]", "hello", "",
          GRANT.replace("\"o\"", "\"a\\u0000b\""), GRANT.replace("\"l\"", "7"))) {
        answers = _ -> answer;
        assertThatThrownBy(() -> client.get("o")).as(answer).isInstanceOf(PeerUnavailableException.class)
            .hasMessageStartingWith("Cannot ").hasMessageMatching("[^\\n]{20,400}");
      }
    }
  }

  @Test
  void aDraftWithoutADescriptorCannotBeWritten() {
    try (PackiceClient client = Packice.connect(socket)) {
      assertThatThrownBy(() -> client.create("o", 1)).isInstanceOf(PeerUnavailableException.class)
          .hasMessageContaining("0 descriptors");
    }
    assertThat(asked).last().asString().contains("release");
  }

  @Test
  void whatTheServerWouldNotReadIsNotSent() {
    Metadata large = Metadata.of(Map.of("k", "x".repeat(4_096)));
    try (PackiceClient client = Packice.connect(socket)) {
      assertThatThrownBy(() -> client.create(AcquireRequest.create(new ObjectId("o"), List.of(1L)).withMeta(large)))
          .isInstanceOf(InvalidRequestException.class).hasMessageContaining("reads 4096");
      for (AcquireRequest refused : List.of(AcquireRequest.create(new ObjectId("o"), List.of()),
          AcquireRequest.create(new ObjectId("o"), List.of(1L, 2L)),
          AcquireRequest.create(new ObjectId("o"), null).withIfExists(AcquireRequest.IfExists.REPLACE),
          AcquireRequest.create(new ObjectId("o"), null).withObjectTtl(Duration.ofDays(1)),
          AcquireRequest.create(new ObjectId("o"), null).withRoom(AcquireRequest.Room.FREE))) {
        assertThatThrownBy(() -> client.create(refused)).isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("the server at " + socket);
      }
      assertThatThrownBy(client::stats).isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("has no such command");
    }
    assertThat(asked).hasSize(1);
  }

  @Test
  void aServerThatIsGoneIsSaidToBe() throws Exception {
    try (PackiceClient client = Packice.connect(socket)) {
      listener.close();
      acceptor.join();
      assertThatThrownBy(() -> client.get("o")).isInstanceOf(PeerUnavailableException.class);
    }
  }
}
