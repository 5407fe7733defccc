package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.Blob;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What REST over HTTP answers, byte by byte, and the rules of RFC 9110 for ranges and conditions. */
final class HttpRestTest {
  private static final byte[] DIGITS = "0123456789".getBytes(UTF_8);
  private static final String BLOB = "/objects/digits/blobs/0";

  private MemoryPeer peer;
  private HttpServer server;
  private PackiceClient client;
  private URI at;

  @BeforeEach
  void start() {
    peer = MemoryPeer.create(1 << 20);
    server = HttpServer.open(peer,
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    at = server.address();
    client = Packice.connect(peer);
    put("digits", DIGITS);
  }

  @AfterEach
  void stop() {
    LeakCheck.eventually(() -> assertThat(client.stats().leases()).isZero());
    client.close();
    server.close();
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private void put(String id, byte[]... blobs) {
    long[] sizes = new long[blobs.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = blobs[i].length;
    }
    try (ObjectWriter writer = client.create(id, sizes)) {
      for (int i = 0; i < sizes.length; i++) {
        writer.blob(i).segment().copyFrom(MemorySegment.ofArray(blobs[i]));
      }
      writer.seal();
    }
  }

  private static byte[] lines(String... lines) {
    return String.join("\r\n", lines).getBytes(UTF_8);
  }

  private RawHttp.Answer get(String target, String... headers) throws IOException {
    return RawHttp.get(at, target, headers);
  }

  // ---- blobs

  @Test
  void aBlobComesWhole() throws IOException {
    RawHttp.Answer answer = get(BLOB);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("0123456789");
    assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.header("ETag")).matches("\"[0-9a-f]{32}\"");
    assertThat(answer.header("Content-Range")).isNull();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      bytes=0-0      | 0          | bytes 0-0/10
      bytes=9-9      | 9          | bytes 9-9/10
      bytes=2-5      | 2345       | bytes 2-5/10
      bytes=7-       | 789        | bytes 7-9/10
      bytes=7-99     | 789        | bytes 7-9/10
      bytes=-3       | 789        | bytes 7-9/10
      bytes=-99      | 0123456789 | bytes 0-9/10
      bytes=0-       | 0123456789 | bytes 0-9/10
      bytes= 1-2 ,   | 12         | bytes 1-2/10
      bytes=0-3,2-5  | 012345     | bytes 0-5/10
      bytes=0-0,1-1  | 01         | bytes 0-1/10
      bytes=2-99999999999999999999999 | 23456789 | bytes 2-9/10
      bytes=1-2,50-60 | 12        | bytes 1-2/10
      """)
  void aRangeComesAsAsked(String range, String content, String contentRange) throws IOException {
    RawHttp.Answer answer = get(BLOB, "Range: " + range);

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo(content);
    assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
    assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(content.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=99-100", "bytes=-0", "bytes=10-10,11-11"})
  void aRangeOutsideIsUnsatisfiable(String range) throws IOException {
    RawHttp.Answer answer = get(BLOB, "Range: " + range);

    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.header("Content-Range")).isEqualTo("bytes */10");
    assertThat(answer.json().get("error").stringValue()).contains("the blob has 10 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=5-2", "bytes=a-b", "bytes=", "bytes=-", "chunks=0-1", "bytes 0-1", "bytes=--1"})
  void aRangeThatMakesNoSenseIsIgnored(String range) throws IOException {
    RawHttp.Answer answer = get(BLOB, "Range: " + range);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("0123456789");
  }

  @Test
  void severalRangesComeInParts() throws IOException {
    byte[] blob = new byte[1000];
    for (int i = 0; i < blob.length; i++) {
      blob[i] = (byte) ('a' + i % 26);
    }
    put("letters", blob);
    RawHttp.Answer answer = get("/objects/letters/blobs/0", "Range: bytes=500-509,0-4,-2");

    assertThat(answer.status()).isEqualTo(206);
    String type = answer.header("Content-Type");
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    String boundary = type.substring(type.indexOf('=') + 1);
    String part = "--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ";
    String all = new String(blob, UTF_8);
    assertThat(answer.text()).isEqualTo(part + "500-509/1000\r\n\r\n" + all.substring(500, 510) + "\r\n" + part
        + "0-4/1000\r\n\r\n" + all.substring(0, 5) + "\r\n" + part + "998-999/1000\r\n\r\n" + all.substring(998)
        + "\r\n--" + boundary + "--\r\n");
  }

  @Test
  void tooManyRangesAreIgnored() throws IOException {
    StringBuilder ranges = new StringBuilder("bytes=0-0");
    for (int i = 0; i < 64; i++) {
      ranges.append(",0-0");
    }
    assertThat(get(BLOB, "Range: " + ranges).status()).isEqualTo(200);
  }

  @Test
  void aRangeOfAnEmptyBlobIsUnsatisfiable() throws IOException {
    put("empty", new byte[0]);

    assertThat(get("/objects/empty/blobs/0").status()).isEqualTo(200);
    assertThat(get("/objects/empty/blobs/0").body()).isEmpty();
    assertThat(get("/objects/empty/blobs/0", "Range: bytes=0-").status()).isEqualTo(416);
  }

  @Test
  void headTellsWhatGetWouldSayAndIgnoresRanges() throws IOException {
    RawHttp.Answer get = get(BLOB);
    RawHttp.Answer head = RawHttp.once(at, "HEAD", BLOB, "Range: bytes=0-1\r\n", new byte[0]);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("10");
    assertThat(head.header("ETag")).isEqualTo(get.header("ETag"));
    assertThat(head.body()).isEmpty();
    assertThat(RawHttp.once(at, "HEAD", "/objects/none", "", new byte[0]).status()).isEqualTo(404);
    assertThat(RawHttp.once(at, "HEAD", "/objects/digits", "", new byte[0]).header("Content-Length")).isNotEqualTo("0");
  }

  @Test
  void oneConnectionServesManyRequestsAlsoAfterErrorsAndHeads() throws IOException {
    try (RawHttp http = new RawHttp(at)) {
      assertThat(http.send("GET", "/objects/none/blobs/0", "", new byte[0]).status()).isEqualTo(404);
      assertThat(http.send("HEAD", BLOB, "", new byte[0]).status()).isEqualTo(200);
      assertThat(http.send("GET", BLOB, "Range: bytes=3-4\r\n", new byte[0]).text()).isEqualTo("34");
      assertThat(http.send("PUT", "/objects/new", "", DIGITS).status()).isEqualTo(201);
      assertThat(http.send("GET", "/objects/new/blobs/0", "", new byte[0]).text()).isEqualTo("0123456789");
    }
  }

  @Test
  void conditionsFollowTheirOrder() throws IOException {
    String etag = get(BLOB).header("ETag");

    assertThat(get(BLOB, "If-None-Match: " + etag).status()).isEqualTo(304);
    assertThat(get(BLOB, "If-None-Match: " + etag).header("ETag")).isEqualTo(etag);
    assertThat(get(BLOB, "If-None-Match: \"other\", W/" + etag).status()).isEqualTo(304);
    assertThat(get(BLOB, "If-None-Match: *").status()).isEqualTo(304);
    assertThat(get(BLOB, "If-None-Match: \"other\"").status()).isEqualTo(200);
    assertThat(get(BLOB, "If-Match: \"other\"").status()).isEqualTo(412);
    assertThat(get(BLOB, "If-Match: \"other\", " + etag).status()).isEqualTo(200);
    assertThat(get(BLOB, "If-Match: *").status()).isEqualTo(200);
    assertThat(get(BLOB, "If-Match: W/" + etag).status()).as("weak tags never match strongly").isEqualTo(412);
    assertThat(get(BLOB, "If-Match: \"other\"", "If-None-Match: " + etag).status()).isEqualTo(412);
    assertThat(get(BLOB, "If-None-Match: " + etag, "Range: bytes=0-1").status()).isEqualTo(304);
    assertThat(RawHttp.once(at, "HEAD", BLOB, "If-None-Match: " + etag + "\r\n", new byte[0]).status()).isEqualTo(304);
  }

  @Test
  void ifRangeSendsTheWholeBlobWhenItIsAnotherOne() throws IOException {
    String etag = get(BLOB).header("ETag");

    assertThat(get(BLOB, "Range: bytes=0-1", "If-Range: " + etag).text()).isEqualTo("01");
    assertThat(get(BLOB, "Range: bytes=0-1", "If-Range: \"other\"").text()).isEqualTo("0123456789");
    assertThat(get(BLOB, "Range: bytes=0-1", "If-Range: W/" + etag).text()).isEqualTo("0123456789");
    assertThat(get(BLOB, "Range: bytes=0-1", "If-Range: Sat, 21 Nov 2026 00:00:00 GMT").status()).isEqualTo(200);
    assertThat(get(BLOB, "Range: bytes=99-", "If-Range: \"other\"").status()).isEqualTo(200);
  }

  @Test
  void aReplacedObjectHasAnotherTag() throws IOException {
    String before = get(BLOB).header("ETag");
    RawHttp.Answer put = RawHttp.once(at, "PUT", "/objects/digits", "", DIGITS);

    assertThat(put.status()).isEqualTo(200);
    assertThat(get(BLOB).header("ETag")).isNotEqualTo(before);
    assertThat(get(BLOB, "Range: bytes=0-1", "If-Range: " + before).status()).isEqualTo(200);
  }

  @Test
  void aDigestComesOnRequest() throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(DIGITS);
    String expected = Digests.field((int) crc.getValue());

    assertThat(get(BLOB).header("Repr-Digest")).isNull();
    assertThat(get(BLOB, "Want-Repr-Digest: sha-256=10, crc32c=1").header("Repr-Digest")).isEqualTo(expected);
    assertThat(get(BLOB, "Want-Repr-Digest: crc32c=0").header("Repr-Digest")).isNull();
    assertThat(get(BLOB, "Want-Repr-Digest: crc32c=9", "Range: bytes=0-1").header("Repr-Digest"))
        .as("of the whole").isEqualTo(expected);
  }

  // ---- objects

  @Test
  void anObjectIsPutDescribedListedAndDeleted() throws IOException {
    RawHttp.Answer put = RawHttp.once(at, "PUT", "/objects/a%2Fb%20c",
        "Packice-Meta: {\"kind\":\"test\"}\r\nPackice-Group: g\r\nPackice-Object-TTL: 3600\r\n", DIGITS);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("Location")).isEqualTo("/objects/a%2Fb%20c");

    var object = get("/objects/a%2Fb%20c").json();
    assertThat(object.at("/object/object_id").stringValue()).isEqualTo("a/b c");
    assertThat(object.at("/object/meta/kind").stringValue()).isEqualTo("test");
    assertThat(object.at("/object/group").stringValue()).isEqualTo("g");
    assertThat(object.at("/object/object_ttl_seconds").doubleValue()).isEqualTo(3600);
    assertThat(object.at("/urls/0").stringValue()).isEqualTo("/objects/a%2Fb%20c/blobs/0");
    assertThat(get(object.at("/urls/0").stringValue()).body()).isEqualTo(DIGITS);
    assertThat(get("/objects?prefix=a/&limit=1").json().at("/objects/0/object_id").stringValue()).isEqualTo("a/b c");
    assertThat(get("/objects?limit=1").json().get("next").stringValue()).isEqualTo("a/b c");
    assertThat(get("/objects?after=a/b%20c").json().get("objects")).hasSize(1);

    assertThat(RawHttp.once(at, "DELETE", "/objects/a%2Fb%20c", "", new byte[0]).status()).isEqualTo(204);
    assertThat(get("/objects/a%2Fb%20c").code()).isEqualTo("NOT_FOUND");
  }

  @Test
  void whatIsNotThereCannotBeDeleted() throws IOException {
    try (ObjectWriter _ = client.create("draft", 1)) {
      for (String id : List.of("missing", "draft")) {
        RawHttp.Answer answer = RawHttp.once(at, "DELETE", "/objects/" + id, "", new byte[0]);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("NOT_FOUND");
        assertThat(answer.json().get("error").stringValue()).startsWith("Cannot discard " + id + ": ");
      }
    }
  }

  @Test
  void putOnlyIfThereIsNone() throws IOException {
    assertThat(RawHttp.once(at, "PUT", "/objects/digits", "If-None-Match: *\r\n", DIGITS).status()).isEqualTo(412);
    assertThat(RawHttp.once(at, "PUT", "/objects/fresh", "If-None-Match: *\r\n", DIGITS).status()).isEqualTo(201);
    assertThat(RawHttp.once(at, "PUT", "/objects/none", "If-Match: *\r\n", DIGITS).status()).isEqualTo(412);
    assertThat(RawHttp.once(at, "PUT", "/objects/digits", "If-Match: *\r\n", DIGITS).status()).isEqualTo(200);
  }

  @Test
  void aChunkedBodyIsOneBlobOfItsLength() throws IOException {
    try (RawHttp http = new RawHttp(at)) {
      http.write(
          lines("PUT /objects/chunked HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked", "", "5", "Hello",
              "6", " world", "0", "", ""));
      assertThat(http.read(false).status()).isEqualTo(201);
    }
    assertThat(get("/objects/chunked/blobs/0").text()).isEqualTo("Hello world");
  }

  @Test
  void aFormMakesSeveralBlobs() throws IOException {
    String form = "--B\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{\"n\":2}\r\n"
        + "--B\r\nContent-Disposition: form-data; name=\"blob\"; filename=\"x\"\r\nContent-Type: text/plain\r\n\r\nfirst\r\n"
        + "--B\r\nContent-Disposition: form-data; name=\"blob\"\r\n\r\n\r\n"
        + "--B\r\nContent-Disposition: form-data; name=\"blob\"\r\n\r\n" + "third".repeat(2000) + "\r\n--B--\r\n";
    RawHttp.Answer put =
        RawHttp.once(at, "PUT", "/objects/form", "Content-Type: multipart/form-data; boundary=B\r\n",
            form.getBytes(UTF_8));

    assertThat(put.text()).contains("\"n\":2");
    assertThat(put.status()).isEqualTo(201);
    try (LeasedObject object = client.get("form")) {
      assertThat(object.blobs()).extracting(blob -> blob.byteSize()).containsExactly(5L, 0L, 10_000L);
      assertThat(new String(object.blob(2).inputStream().readAllBytes(), UTF_8)).isEqualTo("third".repeat(2000));
    }
  }

  @Test
  void aFormThatIsCutShortLeavesNothing() throws IOException {
    String form = "--B\r\nContent-Disposition: form-data; name=\"blob\"\r\n\r\nhalf";
    RawHttp.Answer put =
        RawHttp.once(at, "PUT", "/objects/form", "Content-Type: multipart/form-data; boundary=B\r\n",
            form.getBytes(UTF_8));

    assertThat(put.status()).isEqualTo(400);
    assertThat(get("/objects/form").status()).isEqualTo(404);
  }

  @Test
  void aBodyThatWasChangedOnItsWayLeavesNothing() throws IOException {
    RawHttp.Answer put = RawHttp.once(at, "PUT", "/objects/broken", "Content-Digest: crc32c=:AAAAAA==:\r\n", DIGITS);

    assertThat(put.status()).isEqualTo(400);
    assertThat(put.json().get("error").stringValue()).contains("checksum");
    assertThat(get("/objects/broken").status()).isEqualTo(404);
    CRC32C crc = new CRC32C();
    crc.update(DIGITS);
    assertThat(RawHttp.once(at, "PUT", "/objects/whole",
        "Content-Digest: " + Digests.field((int) crc.getValue()) + "\r\n", DIGITS).status()).isEqualTo(201);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeItIsSent() throws IOException {
    try (RawHttp http = new RawHttp(at)) {
      http.write(lines("PUT /objects/huge HTTP/1.1", "Host: localhost", "Content-Length: 100000000000",
          "Expect: 100-continue", "", ""));
      RawHttp.Answer answer = http.read(false);
      assertThat(answer.status()).isEqualTo(507);
      assertThat(answer.code()).isEqualTo("CAPACITY_EXCEEDED");
    }
  }

  @Test
  void aBodyThatEndsEarlyLeavesNothing() throws IOException {
    try (RawHttp http = new RawHttp(at)) {
      http.write(
          "PUT /objects/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly this".getBytes(UTF_8));
    }
    LeakCheck.eventually(() -> assertThat(client.stats().drafts()).isZero());
    assertThatThrownBy(() -> client.get("half")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void whatHasNoDescriptorSaysNothingOfOne() throws IOException {
    RawHttp.Answer put = RawHttp.once(at, "PUT", "/objects/put", "", DIGITS);
    RawHttp.Answer acquired = RawHttp.post(at, "/acquire", "{\"object_id\":\"put\",\"intent\":\"read\"}");
    for (RawHttp.Answer answer : List.of(put, acquired, get("/objects/put"), get("/objects"),
        get("/idle?bytes=1048576"))) {
      assertThat(answer.text()).contains("\"offset\":0,\"size\":10").doesNotContain("\"fd\"");
    }
    String lease = acquired.json().get("lease_id").stringValue();
    assertThat(RawHttp.post(at, "/release", "{\"lease_id\":\"" + lease + "\"}").status()).isEqualTo(200);
  }

  @Test
  void aBlobThatIsNotThereIsToldHowManyThereAre() throws IOException {
    put("two", DIGITS, DIGITS);

    assertThat(get("/objects/digits/blobs/1").text()).contains("it has 1 blob, numbered from 0");
    assertThat(get("/objects/two/blobs/2").text()).contains("it has 2 blobs, numbered from 0");
  }

  @Test
  void aSealSaysHowManyUploadsAreUnderWay() {
    StoredObject object =
        new StoredObject(new ObjectId("draft"), Blob.layOut(List.of(1L)), Metadata.empty(), null, null);
    OpenDraft draft = new OpenDraft(object, Descriptor.memfd("draft"), true);
    assertThat(draft.beginWrite()).isNotNull();
    assertThatThrownBy(() -> draft.freeze("seal"))
        .hasMessage("Cannot seal draft: an upload of it is under way; wait for its answer");
    assertThat(draft.beginWrite()).isNotNull();
    assertThatThrownBy(() -> draft.freeze("seal"))
        .hasMessage("Cannot seal draft: 2 uploads of it are under way; wait for their answers");
    draft.endWrite();
    draft.endWrite();
    draft.close();
  }

  // ---- paths and methods

  @ParameterizedTest
  @CsvSource({"/, 404", "/nothing, 404", "/objects/, 400", "/objects/a/b, 404", "/objects/digits/blobs, 404",
      "/objects/digits/blobs/1, 404", "/objects/digits/blobs/-1, 404", "/objects/digits/blobs/x, 404",
      "/objects/digits/blobs/00000, 404", "/objects/../stats, 400", "/objects/./x, 400", "//objects, 404",
      "/objects/a%00b, 400", "/objects/a%0Ab, 400", "/objects/%zz, 400", "/objects/%2, 400", "/objects/%ff%fe, 400",
      "/objects/%20a, 400", "/objects/%2E%2E%2F%2E%2E%2Fetc%2Fpasswd, 404", "/objects?limit=0, 400",
      "/objects?limit=x, 400", "/objects?limit=1001, 400", "/idle?bytes=-1, 400", "/leases/nobody/blobs/0, 410"})
  void aPathThatNamesNothingIsRefused(String path, int status) throws IOException {
    RawHttp.Answer answer = get(path);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("error").stringValue()).startsWith("Cannot");
  }

  @ParameterizedTest
  @CsvSource({"DELETE, /objects, 'GET, HEAD'", "POST, /objects/digits, 'DELETE, GET, HEAD, PUT'", "GET, /acquire, POST",
      "PUT, /objects/digits/blobs/0, 'GET, HEAD'", "PATCH, /stats, 'GET, HEAD'"})
  void aMethodThatDoesNotFitIsRefused(String method, String path, String allowed) throws IOException {
    RawHttp.Answer answer = RawHttp.once(at, method, path, "", new byte[0]);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{\"intent\":\"eat\"}", "{\"object_id\":\"a\\nb\",\"intent\":\"read\"}",
      "{\"intent\":\"read\"}", "{\"intent\":\"create\",\"object_id\":\"x\",\"sizes\":[-1]}",
      "{\"intent\":\"read\",\"object_id\":\"x\",\"ttl_seconds\":-1}", "{\"intent\":\"create\",\"meta\":[1]}"})
  void aCommandThatMakesNoSenseIsRefused(String body) throws IOException {
    RawHttp.Answer answer = RawHttp.post(at, "/acquire", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void statsHealthSessionsAndIdleAnswer() throws IOException {
    assertThat(get("/stats").json().at("/stats/objects").longValue()).isEqualTo(1);
    assertThat(get("/health").json().get("status").stringValue()).isEqualTo("ok");
    assertThat(get("/sessions").json().get("sessions")).hasSize(2);
    assertThat(get("/idle?bytes=1").json().at("/objects/0/object_id").stringValue()).isEqualTo("digits");
  }

  @Test
  void whatAWebPageSendsIsRefused() throws IOException {
    assertThat(get("/stats", "Origin: https://example.org").status()).isEqualTo(403);
    try (RawHttp http = new RawHttp(at)) {
      http.write("GET /stats HTTP/1.1\r\nHost: attacker.example:7225\r\n\r\n".getBytes(UTF_8));
      assertThat(http.read(false).status()).as("DNS rebinding").isEqualTo(403);
    }
    try (RawHttp http = new RawHttp(at)) {
      http.write("GET /stats HTTP/1.1\r\nHost: [::1]:7225\r\n\r\n".getBytes(UTF_8));
      assertThat(http.read(false).status()).isEqualTo(200);
    }
  }
}
