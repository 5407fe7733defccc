package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.ObjectId;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's end of HTTP when connections break, bytes change on their way, and time passes. */
final class HttpSessionTest {
  private static final int LARGE = 20_000_000;
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  private MemoryPeer peer;
  private HttpServer server;

  @BeforeEach
  void start() {
    peer = MemoryPeer.create(64 << 20);
    server = HttpServer.open(peer, OPTIONS);
  }

  @AfterEach
  void stop() {
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private static void putLarge(PackiceClient client) {
    try (ObjectWriter writer = client.create("large", LARGE, 10)) {
      for (int i = 0; i < LARGE; i += 1000) {
        writer.blob(0).segment().set(ValueLayout.JAVA_INT_UNALIGNED, i, i);
      }
      writer.blob(1).segment().fill((byte) 1);
      writer.seal();
    }
  }

  private static void assertLarge(PackiceClient client) {
    try (LeasedObject object = client.get("large")) {
      for (int i = 0; i < LARGE; i += 1000) {
        assertThat(object.blob(0).segment().get(ValueLayout.JAVA_INT_UNALIGNED, i)).isEqualTo(i);
      }
      assertThat(object.blob(1).segment().get(ValueLayout.JAVA_BYTE, 9)).isEqualTo((byte) 1);
    }
  }

  @Test
  void aLargeObjectTravelsBothWaysInParts() {
    try (PackiceClient client = Packice.connect(server.address().toString())) {
      putLarge(client);
      assertLarge(client);
      assertLarge(client);
    }
  }

  @Test
  void aConnectionThatBreaksIsReplaced() throws IOException {
    try (PackiceClient local = Packice.connect(peer)) {
      putLarge(local);
    }
    try (FaultyProxy proxy = new FaultyProxy(server.address(), FaultyProxy.Fault.CUT, 2);
        PackiceClient client = Packice.connect(proxy.address().toString())) {
      assertLarge(client);
      assertThat(proxy.faultsLeft()).isZero();
    }
  }

  @Test
  void bytesThatChangeOnTheirWayAreFetchedAnew() throws IOException {
    try (PackiceClient local = Packice.connect(peer)) {
      putLarge(local);
    }
    try (FaultyProxy proxy = new FaultyProxy(server.address(), FaultyProxy.Fault.FLIP_A_BIT, 1);
        PackiceClient client = Packice.connect(proxy.address().toString())) {
      assertLarge(client);
      assertThat(proxy.faultsLeft()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CUT", "FLIP_A_BIT"})
  void whatBreaksAgainAndAgainIsAnErrorAndNoHalfObject(FaultyProxy.Fault fault) throws IOException {
    HttpClientOptions options = HttpClientOptions.DEFAULT.withStreams(1).withTimeout(Duration.ofMinutes(2));
    try (PackiceClient local = Packice.connect(peer)) {
      putLarge(local);
      try (FaultyProxy proxy = new FaultyProxy(server.address(), fault, Integer.MAX_VALUE);
          Session session = HttpSession.connect(proxy.address(), options)) {
        assertThatThrownBy(() -> session.acquire(AcquireRequest.read(new ObjectId("large"))))
            .isInstanceOf(PeerUnavailableException.class).hasMessageContaining("3 attempts")
            .hasMessageStartingWith("Cannot fetch ");
        LeakCheck.eventually(() -> assertThat(local.stats().leases()).as("given back").isZero());
      }
    }
  }

  @Test
  void aPeerThatIsGoneIsAClearError() {
    PackiceClient client = Packice.connect(server.address().toString());
    putLarge(client);
    server.close();

    assertThatThrownBy(client::stats).isInstanceOf(PeerUnavailableException.class).hasMessageContaining("Cannot reach")
        .hasMessageContaining(server.address().toString());
    assertThatThrownBy(() -> client.get("large")).isInstanceOf(PeerUnavailableException.class);
    client.close();
    assertThatThrownBy(() -> Packice.connect(server.address().toString())).isInstanceOf(PeerUnavailableException.class)
        .hasMessageContaining("packice serve");
  }

  @Test
  void aLeaseOfAClientThatDiedEndsByItsTtl() throws IOException {
    try (PackiceClient local = Packice.connect(peer)) {
      RawHttp.Answer answer = RawHttp.post(server.address(), "/acquire",
          "{\"intent\":\"create\",\"object_id\":\"orphan\",\"sizes\":[5],\"ttl_seconds\":0.2}");
      assertThat(answer.json().get("ttl_seconds").doubleValue()).isEqualTo(0.2);
      LeakCheck.eventually(() -> assertThat(local.stats().drafts()).isZero());
      LeakCheck.eventually(() -> assertThat(LeakCheck.held()).isEmpty());
    }
  }

  @Test
  void whoTakesALeaseToDiscardFetchesNothingUntilItLooks() {
    try (PackiceClient local = Packice.connect(peer);
        Session session = HttpSession.connect(server.address(), HttpClientOptions.DEFAULT)) {
      putLarge(local);
      Grant grant = session.acquire(AcquireRequest.write(new ObjectId("large")));
      try (Extent extent = grant.extent(); Arena arena = Arena.ofConfined()) {
        assertThat(extent.byteSize()).isEqualTo(grant.lease().object().extentBytes());
        assertThat(extent.map(0, 4096, Extent.Access.READ_ONLY, arena).get(ValueLayout.JAVA_INT, 1000)).isEqualTo(1000);
        extent.reopen(Extent.Access.READ_ONLY).close();
        assertThat(extent.fd()).isPositive();
      }
      assertThatThrownBy(() -> grant.extent().byteSize()).isInstanceOf(IllegalStateException.class);
      session.discard(grant.lease().id());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "http://h:1/path", "http://user@h:1", "http://h:1?x=y", "http://h:1#x"})
  void anAddressOfAnotherFormIsRefused(String address) {
    assertThatIllegalArgumentException().isThrownBy(() -> Packice.connect(address));
  }

  // ---- TLS

  static HttpOptions.Tls certificate(Path folder, String algorithm) throws Exception {
    Path store = folder.resolve("store-" + algorithm);
    Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair", "-alias", "p", "-keyalg", algorithm, "-dname", "CN=localhost", "-ext", "SAN=ip:127.0.0.1",
        "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "secret").redirectErrorStream(true)
        .start();
    assertThat(new String(keytool.getInputStream().readAllBytes(), US_ASCII)).doesNotContain("error");
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    return new HttpOptions.Tls(
        pem(folder.resolve("cert-" + algorithm), "CERTIFICATE", keys.getCertificate("p").getEncoded()),
        pem(folder.resolve("key-" + algorithm), "PRIVATE KEY", keys.getKey("p", "secret".toCharArray()).getEncoded()));
  }

  private static Path pem(Path file, String type, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void objectsTravelOverTls(String algorithm, @TempDir Path folder) throws Exception {
    HttpOptions.Tls tls = certificate(folder, algorithm);
    try (HttpServer secure = HttpServer.open(peer, OPTIONS.withTls(tls))) {
      assertThat(secure.address().getScheme()).isEqualTo("https");
      try (PackiceClient client =
          Packice.connect(secure.address(), HttpClientOptions.DEFAULT.withTrusted(tls.certificates()))) {
        putLarge(client);
        assertLarge(client);
      }
      assertThatThrownBy(() -> Packice.connect(secure.address(), HttpClientOptions.DEFAULT.withAttempts(1)))
          .as("nobody vouches for it").isInstanceOf(PeerUnavailableException.class);
      assertThatThrownBy(
          () -> Packice.connect(URI.create("http://127.0.0.1:" + secure.address().getPort()),
              HttpClientOptions.DEFAULT.withAttempts(1)))
          .isInstanceOf(PeerUnavailableException.class);
    }
  }

  /** A probe of a pod asks by its address, which no certificate names, and does not compare. */
  @Test
  void whoAsksByAnAddressThatTheCertificateLacksIsAnswered(@TempDir Path folder) throws Exception {
    HttpOptions options = OPTIONS.withTls(certificate(folder, "EC")).withToken(BearerToken.of("0".repeat(32)));
    try (HttpServer secure = HttpServer.open(peer, options)) {
      SSLContext trusting = SSLContext.getInstance("TLS");
      trusting.init(null, new TrustManager[] {new X509ExtendedTrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
          throw new AssertionError();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
          assertThat(chain).isNotEmpty();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
          throw new AssertionError();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
          assertThat(chain).isNotEmpty();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
          throw new AssertionError();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
          assertThat(chain).isNotEmpty();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      }}, null);
      for (String host : List.of("10.1.2.3:7225", "peer.example", "127.0.0.1", "[::1]:7225")) {
        for (String path : List.of("/health", "/stats")) {
          try (Socket socket = trusting.getSocketFactory().createSocket("127.0.0.1", secure.address().getPort())) {
            String head = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + "0".repeat(32)
                + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(15), US_ASCII)).as(host)
                .isEqualTo("HTTP/1.1 200 OK");
          }
        }
      }
    }
  }

  @Test
  void filesThatAreNoCertificateOrKeyAreRefused(@TempDir Path folder) throws Exception {
    HttpOptions.Tls good = certificate(folder, "EC");
    Path other = pem(folder.resolve("rsa"), "RSA PRIVATE KEY", new byte[100]);
    Path noise = pem(folder.resolve("noise"), "PRIVATE KEY", new byte[100]);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpServer.open(peer, OPTIONS.withTls(new HttpOptions.Tls(good.certificates(), other))))
        .withMessageContaining("openssl pkcs8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpServer.open(peer, OPTIONS.withTls(new HttpOptions.Tls(good.certificates(), noise))));
    for (String algorithm : List.of("RSA", "Ed25519", "EC")) {
      Path foreign = certificate(Files.createDirectories(folder.resolve("other")), algorithm).key();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HttpServer.open(peer, OPTIONS.withTls(new HttpOptions.Tls(good.certificates(), foreign))))
          .withMessageContaining("they do not belong together");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpServer.open(peer, OPTIONS.withTls(new HttpOptions.Tls(good.key(), good.key()))));
    assertThatIllegalArgumentException().isThrownBy(
        () -> Packice.connect(server.address(), HttpClientOptions.DEFAULT.withTrusted(good.key())));
  }
}
