package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A peer in memory behind a socket, a client of ours, and clients that know the protocol only. */
abstract class SocketFixture {
  static final JsonMapper JSON = JsonMapper.shared();

  MemoryPeer peer;
  UdsServer server;
  PackiceClient client;

  @BeforeEach
  final void start(@TempDir Path folder) {
    peer = MemoryPeer.create(1 << 24);
    server = UdsServer.open(peer, folder.resolve("p.sock"));
    client = Packice.connect(server.socket());
  }

  @AfterEach
  final void stop() {
    client.close();
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  /** A connection of a client that knows the protocol only. */
  final class RawClient implements AutoCloseable {
    final AFUNIXSocket socket = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(server.socket()));

    RawClient() throws IOException {
      socket.setAncillaryReceiveBufferSize(512);
    }

    void send(String text) throws IOException {
      send(text.getBytes(UTF_8));
    }

    void send(byte[] message) throws IOException {
      socket.getOutputStream().write(message);
    }

    /** One line of answer: the peer ends its messages with a newline. */
    JsonNode receive() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int c = socket.getInputStream().read(); c != '\n'; c = socket.getInputStream().read()) {
        if (c < 0) {
          throw new IOException("closed after: " + line);
        }
        line.write(c);
      }
      return JSON.readTree(line.toByteArray());
    }

    /** What one read brings. */
    JsonNode receiveAtOnce(int most) throws IOException {
      byte[] bytes = new byte[most];
      int count = socket.getInputStream().read(bytes);
      return JSON.readTree(new String(bytes, 0, count, UTF_8));
    }

    JsonNode call(String text) throws IOException {
      send(text);
      return receive();
    }

    void hangUp() throws IOException {
      socket.close();
    }

    FileDescriptor descriptor() throws IOException {
      FileDescriptor[] received = socket.getReceivedFileDescriptors();
      assertThat(received).hasSize(1);
      return received[0];
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
