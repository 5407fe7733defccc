package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
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
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9110, 9112 and 9530 say of requests that are not quite right, and of what answers carry. */
final class HttpRulesTest {
  private static final byte[] DIGITS = "0123456789".getBytes(UTF_8);
  private static final String FORM = "Content-Type: multipart/form-data; boundary=B\r\n";

  private MemoryPeer peer;
  private HttpServer server;
  private PackiceClient client;
  private URI at;

  @BeforeEach
  void start() throws IOException {
    peer = MemoryPeer.create(1 << 20);
    server = HttpServer.open(peer,
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    at = server.address();
    client = Packice.connect(peer);
    assertThat(put("digits", "", DIGITS).status()).isEqualTo(201);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private RawHttp.Answer put(String id, String headers, byte[] body) throws IOException {
    return RawHttp.once(at, "PUT", "/objects/" + id, headers, body);
  }

  private void assertDigitsAreThere() {
    try (LeasedObject object = client.get("digits")) {
      assertThat(object.blob(0).inputStream()).hasBinaryContent(DIGITS);
    }
    assertThat(client.stats().drafts()).isZero();
  }

  // ---- parts

  @ParameterizedTest
  @ValueSource(strings = {"bytes 0-1/10", "bytes 0-1/*", "bytes 0-1/2", "nonsense", ""})
  void aPartIsNotTakenForTheWholeObject(String range) throws IOException {
    RawHttp.Answer answer = put("digits", "Content-Range: " + range + "\r\n", new byte[2]);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("error").stringValue()).contains("Content-Range").contains("under the lease");
    assertThat(put("digits", "Content-Range: " + range + "\r\n" + FORM, new byte[2]).status()).isEqualTo(400);
    assertDigitsAreThere();
  }

  private String draft(String sizes) throws IOException {
    return RawHttp.post(at, "/acquire", "{\"object_id\":\"draft\",\"intent\":\"create\"" + sizes + "}").json()
        .get("lease_id").stringValue();
  }

  private void release(String lease) throws IOException {
    assertThat(RawHttp.post(at, "/release", "{\"lease_id\":\"" + lease + "\"}").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"bytes 0-1/1000, 204", "bytes 0-1/*, 204", "Bytes 998-999/1000, 204", "bytes 0-1/5, 400",
      "bytes 0-1/1001, 400", "bytes 0-1/2, 400", "bytes 999-1000/1001, 400", "bytes 0-1, 400", "bytes */1000, 400",
      "items 0-1/1000, 400", "bytes 1-0/1000, 400", "bytes 0-2/1000, 400"})
  void aPartNamesTheBlobsLength(String range, int status) throws IOException {
    String lease = draft(",\"sizes\":[1000]");
    assertThat(RawHttp.once(at, "PUT", "/leases/" + lease + "/blobs/0", "Content-Range: " + range + "\r\n", new byte[2])
        .status()).isEqualTo(status);
    release(lease);
  }

  @ParameterizedTest
  @CsvSource({"bytes 0-1/1000, 204", "bytes 0-1/*, 204", "bytes 0-1/2, 204", "bytes 0-1/1, 400", "bytes 2-3/0, 400",
      "bytes 2-3/3, 400"})
  void aPartEndsBeforeTheEnd(String range, int status) throws IOException {
    String lease = draft("");
    assertThat(RawHttp.once(at, "PUT", "/leases/" + lease + "/blobs/0", "Content-Range: " + range + "\r\n", new byte[2])
        .status()).isEqualTo(status);
    release(lease);
  }

  @Test
  void twoPartsAreNoPart() throws IOException {
    String lease = draft(",\"sizes\":[4]");
    assertThat(RawHttp.once(at, "PUT", "/leases/" + lease + "/blobs/0",
        "Content-Range: bytes 0-1/4\r\nContent-Range: bytes 2-3/4\r\n", new byte[2]).status()).isEqualTo(400);
    release(lease);
  }

  // ---- forms

  private RawHttp.Answer form(String... partHeads) throws IOException {
    StringBuilder form = new StringBuilder();
    for (String head : partHeads) {
      form.append("--B\r\n").append(head).append("\r\n\r\n{\"n\":2}\r\n");
    }
    return put("form", FORM, form.append("--B--\r\n").toString().getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      form-data; name="file"; filename="x; name=meta"            | 1
      form-data; filename="x; name=\\"meta\\""; name="file"        | 1
      form-data; filename="name=meta"; name=file                 | 1
      form-data; name="meta2"                                    | 1
      form-data; xname="meta"                                    | 1
      form-data; filename=";name=meta;"                          | 1
      form-data; name="meta"                                     | 0
      form-data; name=meta                                       | 0
      form-data; NAME="meta"; filename="meta.json"               | 0
      FORM-DATA ;filename="a;b" ; name = "meta"                  | 0
      """)
  void aPartIsNamedByItsNameOnly(String disposition, int blobs) throws IOException {
    RawHttp.Answer answer = form("Content-Disposition: " + disposition);

    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(answer.json().at("/object/blobs")).hasSize(blobs);
    assertThat(answer.json().at("/object/meta/n").asInt(0)).isEqualTo(blobs == 0 ? 2 : 0);
  }

  @Test
  void aFormHasOneMetadata() throws IOException {
    String meta = "Content-Disposition: form-data; name=\"meta\"";

    assertThat(form(meta, meta).status()).isEqualTo(400);
    assertThat(form(meta + "\r\n" + meta.replace("meta", "x")).status()).as("two names").isEqualTo(400);
    assertThat(form("Content-Disposition: form-data; name=\"file\"; filename=\"C:\\\"; x=\"; name=meta\"").status())
        .as("nobody knows where its quotes end").isEqualTo(400);
    assertThat(form(meta + "; name=x").status()).isEqualTo(400);
    assertThat(form("X-Filler: " + "x".repeat(100_000)).status()).isEqualTo(400);
    String form = "--B\r\n" + meta + "\r\n\r\n{\"x\":\"" + "y".repeat(70_000) + "\"}\r\n--B--\r\n";
    RawHttp.Answer tooMuch = put("form", FORM, form.getBytes(UTF_8));
    assertThat(tooMuch.status()).isEqualTo(400);
    assertThat(tooMuch.json().get("error").stringValue()).contains("metadata of more than 65536 bytes");
    assertThat(client.list("")).hasSize(1);
  }

  // ---- digests

  private static String crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Digests.field((int) crc.getValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"crc32c", "crc32c=", "crc32c=abc", "crc32c=::", "crc32c=:AAAA:", "crc32c=:AAAAAAA=:",
      "crc32c=:****:", "crc32c=\"AAAAAA==\"", "crc32c=:AAAAAA==", "sha-256=12", "sha-256=:AA==:,", "=:AAAA:",
      "CRC32C=:AA==:",
      "crc32c=:AAAAAA==: x", ";", "crc32c:AAAAAA=="})
  void aDigestThatMakesNoSenseIsRefused(String digest) throws IOException {
    RawHttp.Answer answer = put("digits", "Content-Digest: " + digest + "\r\n", new byte[4]);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.json().get("error").stringValue()).startsWith("Cannot use Content-Digest");
    assertDigitsAreThere();
  }

  @Test
  void aDigestOfAnotherKindIsNotLookedAt() throws IOException {
    assertThat(put("a", "Content-Digest: sha-256=:AAAA:;x=\"a,b\", unixsum=:AA==:\r\n", DIGITS).status())
        .isEqualTo(201);
    assertThat(put("b", "Content-Digest: sha-256=:AAAA:\r\nContent-Digest: " + crc(DIGITS) + "\r\n", DIGITS).status())
        .isEqualTo(201);
    assertThat(put("c", "Content-Digest: sha-256=:AAAA:\r\nContent-Digest: " + crc(new byte[1]) + "\r\n", DIGITS)
        .status()).isEqualTo(400);
    assertThat(put("d", "Content-Digest: crc32c=:AAAAAA==:, " + crc(DIGITS) + "\r\n", DIGITS).status())
        .as("the last of one name counts").isEqualTo(201);
    assertThat(put("e", "Repr-Digest: " + crc(new byte[1]) + "\r\n", DIGITS).status()).as("of the whole, too")
        .isEqualTo(400);
    assertThat(put("e", "Repr-Digest: " + crc(DIGITS) + "\r\n", DIGITS).status()).isEqualTo(201);
  }

  // ---- codings

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "deflate,chunked", "gzip, Chunked"})
  void aTransferCodingThatNobodyUndoesIsRefused(String coding) throws IOException {
    try (RawHttp http = new RawHttp(at)) {
      http.write(("PUT /objects/digits HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: " + coding
          + "\r\n\r\n5\r\nHello\r\n0\r\n\r\n").getBytes(UTF_8));
      RawHttp.Answer answer = http.read(false);
      assertThat(answer.status()).isEqualTo(501);
      assertThat(answer.json().get("error").stringValue()).startsWith("Cannot");
    }
    assertDigitsAreThere();
  }

  @ParameterizedTest
  @CsvSource({"gzip, 415", "'identity, br', 415", "identity, 200", "'', 200"})
  void aContentCodingThatNobodyRemembersIsRefused(String coding, int status) throws IOException {
    assertThat(put("digits", "Content-Encoding: " + coding + "\r\n", DIGITS).status()).isEqualTo(status);
    assertDigitsAreThere();
  }

  // ---- answers

  @Test
  void whatIsNotModifiedSaysNoLengthOfItsOwn() throws IOException {
    RawHttp.Answer whole = RawHttp.get(at, "/objects/digits/blobs/0");
    try (RawHttp http = new RawHttp(at)) {
      for (String method : List.of("GET", "HEAD")) {
        RawHttp.Answer answer =
            http.send(method, "/objects/digits/blobs/0", "If-None-Match: " + whole.header("ETag") + "\r\n",
                new byte[0]);
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header("Content-Length")).isIn(null, "10");
      }
      RawHttp.Answer deleted = http.send("DELETE", "/objects/digits", "", new byte[0]);
      assertThat(deleted.status()).isEqualTo(204);
      assertThat(deleted.header("Content-Length")).isNull();
      assertThat(http.send("GET", "/health", "", new byte[0]).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/objects/digits/blobs/0", "/objects", "/objects/none", "/metrics", "/%zz"})
  void nobodyIsToGuessATypeOfContent(String path) throws IOException {
    assertThat(RawHttp.get(at, path).header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  // ---- the log

  @Test
  void whatAClientSaysControlsNoTerminal() throws IOException {
    List<String> lines = new ArrayList<>();
    Handler handler = new Handler() {
      @Override
      public void publish(LogRecord line) {
        lines.add(line.getMessage());
      }

      @Override
      public void flush() {
        // it has no buffer
      }

      @Override
      public void close() {
        // it has nothing
      }
    };
    Logger logger = Logger.getLogger("io.packice.http");
    logger.addHandler(handler);
    try {
      Log.refusedOrigin("127.0.0.1", "a\u0085b\u009b31mc\u007f\u2028d\ud800é");
      String head = "GET /stats HTTP/1.1\r\nHost: localhost\r\nOrigin: x\u009b31m\u0085y\r\n\r\n";
      try (RawHttp http = new RawHttp(at)) {
        http.write(head.getBytes(ISO_8859_1));
        assertThat(http.read(false).status()).isEqualTo(403);
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).matches("[\\p{Print}é]*"));
    assertThat(AccessLog.shown("/a\u009bb\u0085c")).matches("\\p{Print}*");
  }
}
