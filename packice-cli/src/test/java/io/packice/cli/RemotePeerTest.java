package io.packice.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.cli.Cli.Result;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.BearerToken;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a peer over HTTP, with and without its token and certificate. */
class RemotePeerTest {
  private static final int REFUSED = 1;
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  @TempDir Path folder;

  private final MemoryPeer peer = MemoryPeer.create(1 << 20);
  private final Map<String, String> environment = new HashMap<>();
  private HttpServer server;
  private String at;

  private void serve(HttpOptions options) {
    server = HttpServer.open(peer, options);
    at = server.address().toString();
  }

  @AfterEach
  void stop() {
    server.close();
    peer.close();
  }

  private Result run(String... args) {
    return Cli.execute(environment, "some bytes", args);
  }

  private void assertServes(String... options) {
    String[] put = {"put", "x", "--replace"};
    String[] get = {"get", "x"};
    Cli.ok(run(concat(put, options)));
    assertThat(Cli.ok(run(concat(get, options))).out()).isEqualTo("some bytes");
    assertThat(Cli.ok(run(concat(new String[] {"ls"}, options))).out()).contains("x");
    assertThat(Cli.ok(run(concat(new String[] {"stats"}, options))).out()).contains("peer     " + at);
  }

  private static String[] concat(String[] first, String... second) {
    String[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  private void makeCertificate() throws Exception {
    Path store = folder.resolve("store");
    Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair", "-alias", "p", "-keyalg", "EC", "-dname", "CN=elsewhere", "-ext", "SAN=ip:127.0.0.1",
        "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "secret").redirectErrorStream(true)
        .start();
    assertThat(new String(keytool.getInputStream().readAllBytes(), US_ASCII)).doesNotContain("error");
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    pem("cert.pem", "CERTIFICATE", keys.getCertificate("p").getEncoded());
    pem("key.pem", "PRIVATE KEY", keys.getKey("p", "secret".toCharArray()).getEncoded());
  }

  private void pem(String name, String type, byte[] content) throws IOException {
    file(name, "-----BEGIN " + type + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type + "-----\n");
  }

  @Test
  void aPeerIsNamedByAnOptionOrTheEnvironment() {
    serve(OPTIONS);
    assertServes("--peer", at);
    environment.put("PACKICE_SOCKET", folder + "/none.sock");
    assertServes("--peer", at);
    assertThat(Packice.defaultAddress(environment)).isEqualTo(folder + "/none.sock");
    environment.put("PACKICE_PEER", at);
    assertServes();
    assertThat(Packice.defaultAddress(environment)).as("programs in Java find the same").isEqualTo(at);
    Cli.refused(run("ls", "--socket", folder + "/other.sock"), REFUSED, "other.sock");
  }

  @Test
  void onlyTheRightTokenOpens() throws IOException {
    serve(OPTIONS.withToken(BearerToken.of(TOKEN)));
    assertServes("--peer", at, "--token-file", file("right", TOKEN + "\n"));
    Cli.refused(run("ls", "--peer", at), REFUSED, "Cannot use the peer at " + at,
        "asks for a token, and this client has none", "--token-file");
    for (String wrong : new String[] {TOKEN.substring(1), TOKEN + "0", TOKEN.replace('a', 'b')}) {
      Result result = run("put", "y", "--peer", at, "--token-file", file("wrong", wrong));
      Cli.refused(result, REFUSED, "Cannot use the peer at " + at, "does not take this client's token");
      assertThat(result.err()).doesNotContain(wrong);
    }
    environment.put("PACKICE_TOKEN_FILE", folder.resolve("right").toString());
    assertServes("--peer", at);
    Cli.refused(run("ls", "--peer", at, "--token-file", folder + "/wrong"), REFUSED, "does not take");
  }

  @Test
  void onlyACertificateThatSomebodyVouchesForIsTrusted() throws Exception {
    makeCertificate();
    String certificate = folder.resolve("cert.pem").toString();
    serve(OPTIONS.withTls(new HttpOptions.Tls(Path.of(certificate), folder.resolve("key.pem"))));
    assertServes("--peer", at, "--tls-trust", certificate);
    Cli.refused(run("ls", "--peer", at), REFUSED, "Cannot reach the peer at " + at,
        "nobody whom this client trusts vouches for its certificate", "--tls-trust FILE");
    Cli.refused(run("ls", "--peer", at.replace("127.0.0.1", "localhost"), "--tls-trust", certificate), REFUSED,
        "its certificate is not for this address");
    Cli.refused(run("ls", "--peer", at.replace("https", "http")), REFUSED, "if it speaks TLS, say https://");
    environment.put("PACKICE_TLS_TRUST", certificate);
    assertServes("--peer", at);
  }

  @Test
  void aPeerWithoutTlsIsNotReachedByIt() {
    serve(OPTIONS);
    Cli.refused(run("ls", "--peer", at.replace("http", "https")), REFUSED, "it does not speak TLS; say http://");
    environment.put("PACKICE_TLS_TRUST", folder + "/none"); // of other peers
    assertServes("--peer", at);
  }
}
