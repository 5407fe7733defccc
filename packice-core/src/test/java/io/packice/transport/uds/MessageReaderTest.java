package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class MessageReaderTest {
  private static final int LIMIT = 10_000;

  private static List<String> read(InputStream in) throws IOException {
    MessageReader reader = new MessageReader(in::read, LIMIT);
    List<String> messages = new ArrayList<>();
    for (byte[] message = reader.next(); message != null; message = reader.next()) {
      messages.add(new String(message, UTF_8));
    }
    return messages;
  }

  private static List<String> read(String text) throws IOException {
    return read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  @Test
  void objectsStandWithAnyWhiteSpaceOrNoneBetweenThem() throws IOException {
    assertThat(read("{\"a\":1}{\"b\":2} \r\n\t{}\n")).containsExactly("{\"a\":1}", "{\"b\":2}", "{}");
  }

  @Test
  void bracesInStringsDoNotCount() throws IOException {
    String tricky = "{\"}\":\"{{\\\"}\\\\\",\"x\":{\"y\":{}}}";
    assertThat(read(tricky + tricky)).containsExactly(tricky, tricky);
  }

  @Test
  void aMessageThatEndsInTheMiddleIsNone() throws IOException {
    assertThat(read("{\"a\":1}{\"b\":")).containsExactly("{\"a\":1}");
  }

  @Test
  void whatIsNoObjectIsRefused() {
    for (String bad : List.of("[]", "1", "}", "\"x\"", "\0", "GET / HTTP/1.1")) {
      assertThatThrownBy(() -> read(bad)).isInstanceOf(MessageReader.BadFrameException.class)
          .hasMessageContaining("one JSON object");
    }
  }

  @Test
  void theLimitHoldsToTheByte() throws IOException {
    String full = "{" + " ".repeat(LIMIT - 2) + "}";
    assertThat(read(full + full)).containsExactly(full, full);
    assertThatThrownBy(() -> read("{" + " ".repeat(LIMIT - 1) + "}"))
        .isInstanceOf(MessageReader.BadFrameException.class)
        .hasMessageContaining("more than " + LIMIT + " bytes");
    assertThatThrownBy(() -> read("{" + " ".repeat(2 * LIMIT))).isInstanceOf(MessageReader.BadFrameException.class);
  }

  /** However the bytes are cut into reads, the messages are the same. */
  @RepeatedTest(50)
  void anyCutGivesTheSameMessages() throws IOException {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    List<String> expected = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      String message = "{\"k\":\"" + "é\\\"{".repeat(random.nextInt(500)) + "\",\"n\":[" + i + "]}";
      expected.add(message);
      text.append(message).append(" \n".substring(0, random.nextInt(3)));
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    InputStream pieces = new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(700)));
      }
    };
    assertThat(read(pieces)).as("seed %d", seed).isEqualTo(expected);
  }
}
