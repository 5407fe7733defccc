package io.packice.neighbour;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends odd messages over the Unix socket, and does odd things with the descriptors that it gets. */
final class HostileSocketClient implements HostileMain.Client {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int SILENCE_MS = 20_000;
  private static final int MOST_MESSAGES = 300;
  private static final int MOST_UNREAD = 60;
  private static final long MOST_TO_WRITE = 1 << 20;

  private final HostileMain main;
  private final Path path;
  private final OddRequests requests;

  HostileSocketClient(HostileMain main, Path path, SplittableRandom random) {
    this.main = main;
    this.path = path;
    this.requests = new OddRequests(random);
  }

  @Override
  public void connection() throws IOException {
    try (AFUNIXSocket socket = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(path))) {
      socket.setSoTimeout(SILENCE_MS);
      socket.setAncillaryReceiveBufferSize(requests.values.percent(90) ? 512 : 0);
      if (requests.values.percent(50)) {
        call(socket, "{\"command\":\"hello\",\"version\":1,\"session\":true}");
      }
      int count = requests.values.below(MOST_MESSAGES);
      for (int i = 0; i < count; i++) {
        int roll = requests.values.below(1000);
        if (roll < 985) {
          call(socket, requests.message());
        } else if (roll < 990) {
          withoutReading(socket);
        } else if (roll < 995) {
          send(socket, requests.broken(requests.message()));
          return; // in the middle of what it says
        } else {
          socket.getOutputStream().write(noise());
          return;
        }
      }
    }
  }

  private byte[] noise() {
    byte[] bytes = new byte[requests.values.below(1 << 12)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) requests.values.below(256);
    }
    return bytes;
  }

  private void withoutReading(AFUNIXSocket socket) throws IOException {
    int unread = requests.values.below(MOST_UNREAD);
    for (int i = 0; i < unread; i++) {
      send(socket, "{\"command\":\"list\"}");
    }
    for (int i = 0; i < unread; i++) {
      answer(socket, "{\"command\":\"list\"}");
    }
  }

  private static void send(AFUNIXSocket socket, String message) throws IOException {
    socket.getOutputStream().write(OddValues.encode(message));
  }

  /** One message, which is answered, or the connection ends; what is broken may be answered several times, or wait for more. */
  private void call(AFUNIXSocket socket, String message) throws IOException {
    send(socket, message);
    if (!isWhole(message)) {
      socket.shutdownOutput(); // else the peer might wait for more of it
      while (socket.getInputStream().read() >= 0) {
        main.count("broken, and answered");
      }
      throw new EOFException();
    }
    JsonNode answer = answer(socket, message);
    if (answer.hasNonNull("lease_id")) {
      requests.given(answer.get("lease_id").stringValue());
      useDescriptors(socket.getReceivedFileDescriptors());
    }
  }

  /** Whether it is one message to any reader of JSON. */
  private static boolean isWhole(String message) {
    try {
      return JSON.readTree(OddValues.encode(message)).isObject();
    } catch (JacksonException broken) {
      return false;
    }
  }

  private JsonNode answer(AFUNIXSocket socket, String request) throws IOException {
    byte[] line = line(socket.getInputStream());
    try {
      JsonNode answer = JSON.readTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
      String code = answer.path("code").asString("");
      main.count("socket " + (code.isEmpty() ? "ok" : code));
      if (!answer.hasNonNull("status")) {
        main.fault("an answer without a status, " + answer, request);
      }
      return answer;
    } catch (CharacterCodingException | JacksonException noMessage) {
      main.fault("an answer of " + line.length + " bytes that is no message, " + noMessage.getMessage(), request);
      throw new IOException(noMessage);
    }
  }

  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      line.write(b);
    }
    return line.toByteArray();
  }

  /** Writes, cuts and grows a draft; with what a reader gets, none of that works. */
  private void useDescriptors(FileDescriptor[] descriptors) {
    for (FileDescriptor descriptor : descriptors) {
      try (FileChannel file = new FileOutputStream(descriptor).getChannel()) {
        switch (requests.values.below(4)) {
          case 0 -> file.truncate(requests.values.below(1 << 12));
          case 1 -> {
            ByteBuffer one = ByteBuffer.wrap(new byte[] {1});
            long at = requests.values.oneOf(List.of(0L, 4095L, 4096L, MOST_TO_WRITE, 1L << 33));
            file.write(one, at);
          }
          default -> file.write(ByteBuffer.allocate(requests.values.below(1 << 13)));
        }
      } catch (IOException refused) {
        main.count("descriptor refused");
      }
    }
  }
}
