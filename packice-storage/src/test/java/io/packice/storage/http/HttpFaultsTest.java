package io.packice.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.packice.storage.AbsentException;
import io.packice.storage.Capability;
import io.packice.storage.ChangedException;
import io.packice.storage.DeniedException;
import io.packice.storage.NodeReader;
import io.packice.storage.RetryPolicy;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.UnavailableException;
import io.packice.storage.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that behave badly. */
class HttpFaultsTest {
  private static final byte[] BYTES = new byte[300_000];

  private FileServer server;
  private Storage storage;
  private StorageNode node;

  @BeforeEach
  void open() throws IOException {
    new Random(1).nextBytes(BYTES);
    server = new FileServer();
    server.files.put("x", BYTES);
    storage = Storage.builder().mount("h", "http", Map.of("url", server.url(), "token", "sesame", "timeout", "2s"))
        .retries(new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(2))).build();
    node = storage.node("h:x");
  }

  @AfterEach
  void close() {
    storage.close();
    server.close();
  }

  @Test
  void whatBreaksOffIsResumedByRanges() {
    server.breaksAfter = 100_000;
    assertThat(node.read()).isEqualTo(BYTES);
    assertThat(server.requests).contains("GET x null", "GET x bytes=100000-", "GET x bytes=200000-");
  }

  @Test
  void aBoundedNumberOfTimes() {
    server.breaksAfter = 10;
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(node::read).withMessageContaining("of 300000");
    assertThat(server.requests).filteredOn(request -> request.startsWith("GET")).hasSizeLessThan(12);
    byte[] range = new byte[100];
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> node.read(5, MemorySegment.ofArray(range)));
  }

  @Test
  void oneThatIgnoresRangesIsReadWholeAndRefusedInParts() {
    server.knowsRanges = false;
    assertThatExceptionOfType(UnsupportedException.class)
        .isThrownBy(() -> node.read(5, MemorySegment.ofArray(new byte[10])))
        .satisfies(e -> assertThat(e.capability()).isEqualTo(Capability.RANGE))
        .withMessageContaining("sent the whole file");
    assertThat(node.read()).isEqualTo(BYTES);
    server.breaksAfter = 200_000;
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(node::read);
  }

  @Test
  void aFileThatChangesIsSeen() throws IOException {
    try (NodeReader reader = node.open()) {
      reader.read(0, MemorySegment.ofArray(new byte[10]));
      server.files.put("x", new byte[BYTES.length]);
      assertThatExceptionOfType(ChangedException.class)
          .isThrownBy(() -> reader.read(10, MemorySegment.ofArray(new byte[10])));
      assertThatExceptionOfType(ChangedException.class).isThrownBy(() -> {
        try (InputStream in = reader.stream(10)) {
          in.readAllBytes();
        }
      });
      assertThat(reader.isStillCurrent()).isFalse();
    }
    assertThat(node.read()).isEqualTo(new byte[BYTES.length]);
  }

  @Test
  void trouble() {
    server.troubles.set(3);
    assertThat(node.size()).isEqualTo(BYTES.length);
    server.troubles.set(100);
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(node::read).withMessageContaining("503");
    server.trouble = 403;
    assertThatExceptionOfType(DeniedException.class).isThrownBy(node::read).withMessageContaining("token");
    server.trouble = 404;
    assertThatExceptionOfType(AbsentException.class).isThrownBy(node::read);
    server.trouble = 418;
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(node::read).withMessageContaining("418");
    server.close();
    server.requests.clear();
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(node::read)
        .withMessageContaining("does not answer");
  }

  @Test
  void theTokenGoesToItsServerAlone() throws IOException {
    assertThat(node.read()).isEqualTo(BYTES);
    assertThat(server.authorizations).containsOnly("Bearer sesame");
    try (FileServer other = new FileServer()) {
      other.files.put("x", new byte[] {7});
      server.redirect = other.url() + "/";
      assertThat(node.read()).containsExactly(7);
      assertThat(other.authorizations).isNotEmpty().containsOnly("null");
    }
    server.redirect = server.url() + "/";
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(node::read)
        .withMessageContaining("redirects more than 5 times");
    server.redirect = "file:///etc/passwd?";
    assertThatExceptionOfType(DeniedException.class).isThrownBy(node::read).withMessageContaining("redirects");
  }
}
