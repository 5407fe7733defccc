package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uploads whose length nobody knows beforehand take room as they come, and no more than there is. */
final class UploadRoomTest {
  private static final int MIB = 1 << 20;
  private static final int CAPACITY = 16 * MIB;
  private static final String FORM = "Content-Type: multipart/form-data; boundary=B\r\n";

  private final MemoryPeer peer = MemoryPeer.create(CAPACITY);
  private HttpServer server;
  private URI at;
  private PackiceClient client;

  @BeforeEach
  void start() {
    server = HttpServer.open(peer,
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    at = server.address();
    client = Packice.connect(peer);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private static void begin(RawHttp http, String id, String headers) throws IOException {
    http.write(("PUT /objects/" + id + " HTTP/1.1\r\nHost: localhost\r\n" + headers
        + "Transfer-Encoding: chunked\r\n\r\n").getBytes(UTF_8));
  }

  private static void chunk(RawHttp http, byte[] bytes) throws IOException {
    http.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
    http.write(bytes);
    http.write("\r\n".getBytes(UTF_8));
  }

  private static RawHttp.Answer end(RawHttp http) throws IOException {
    http.write("0\r\n\r\n".getBytes(UTF_8));
    return http.read(false);
  }

  private void uploadsCount(String headers, byte[] first, byte[] last) throws IOException {
    try (RawHttp one = new RawHttp(at)) {
      begin(one, "one", headers);
      chunk(one, first);
      for (int sent = MIB; sent <= 6 * MIB; sent += MIB) {
        chunk(one, new byte[MIB]);
        int counted = sent;
        LeakCheck.eventually(() -> assertThat(client.stats().draftBytes()).isBetween((long) counted, CAPACITY / 2L));
      }
      List<RawHttp> others = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        others.add(new RawHttp(at));
        begin(others.get(i), "other" + i, headers);
        chunk(others.get(i), first);
        chunk(others.get(i), new byte[MIB]);
      }
      LeakCheck.eventually(() -> assertThat(client.stats().draftBytes()).isGreaterThanOrEqualTo(10L * MIB));
      for (RawHttp other : others) {
        other.close();
      }
      LeakCheck.eventually(() -> assertThat(client.stats().draftBytes()).isLessThan(CAPACITY / 2));
      chunk(one, last);
      assertThat(end(one).status()).isEqualTo(201);
      assertThat(client.stat("one").object().byteSize()).isBetween(6L * MIB, 6L * MIB + 2);
      assertThat(client.stats().draftBytes()).isZero();
    }
  }

  private void whatDoesNotFitIsRefused(String headers, byte[] first) throws IOException {
    try (RawHttp holder = new RawHttp(at)) {
      begin(holder, "holder", headers);
      chunk(holder, first);
      chunk(holder, new byte[6 * MIB]);
      LeakCheck.eventually(() -> assertThat(client.stats().draftBytes()).isGreaterThanOrEqualTo(6L * MIB));
      try (RawHttp other = new RawHttp(at)) {
        begin(other, "other", headers);
        chunk(other, first);
        chunk(other, new byte[6 * MIB]);
        LeakCheck.eventually(() -> assertThat(client.stats().draftBytes()).isGreaterThanOrEqualTo(12L * MIB));
        other.write("500000\r\n".getBytes(UTF_8)); // 5 MiB
        other.write(new byte[4 * MIB]);
        other.write(new byte[MIB - 1]); // what answers now has not waited for the rest
        RawHttp.Answer answer = other.read(false);
        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.code()).isEqualTo("CAPACITY_EXCEEDED");
      }
      LeakCheck.eventually(() -> assertThat(client.stats().draftBytes()).isLessThan(CAPACITY / 2));
    }
    LeakCheck.eventually(() -> assertThat(client.stats().drafts()).isZero());
    assertThat(client.stats().draftBytes()).isZero();
    assertThat(client.list("")).isEmpty();
  }

  private static byte[] part() {
    return "--B\r\nContent-Disposition: form-data; name=\"blob\"\r\n\r\n".getBytes(UTF_8);
  }

  @Test
  void uploadsWithoutLengthsCountAsTheyCome() throws IOException {
    uploadsCount("", new byte[1], new byte[1]);
  }

  @Test
  void formsCountAsTheyCome() throws IOException {
    uploadsCount(FORM, part(), "\r\n--B--\r\n".getBytes(UTF_8));
  }

  @Test
  void anUploadThatDoesNotFitIsRefusedAndLeavesNothing() throws IOException {
    whatDoesNotFitIsRefused("", new byte[1]);
  }

  @Test
  void aFormThatDoesNotFitIsRefusedAndLeavesNothing() throws IOException {
    whatDoesNotFitIsRefused(FORM, part());
  }
}
