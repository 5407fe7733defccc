package io.packice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code packice doctor} on this machine, which can run Packice: the tests do. */
class DoctorTest {
  @TempDir Path folder;

  private Map<String, JsonNode> doctor(String... args) {
    String[] all = new String[args.length + 4];
    System.arraycopy(args, 0, all, 4, args.length);
    all[0] = "doctor";
    all[1] = "--json";
    all[2] = "--memory";
    all[3] = "64m";
    Map<String, JsonNode> checks = new TreeMap<>();
    Cli.execute(Map.of("PACKICE_SOCKET", folder.resolve("p.sock").toString()), "", all).out().lines()
        .map(line -> JsonMapper.shared().readTree(line)).forEach(node -> checks.put(node.get("name").asString(), node));
    return checks;
  }

  private static void assertSays(JsonNode check, String grade, String found) {
    assertThat(check.get("grade").asString()).as(check.toString()).isEqualTo(grade);
    assertThat(check.get("found").asString()).contains(found);
    assertThat(check.get("advice").isNull()).isEqualTo(grade.equals("ok"));
  }

  @Test
  void whatTheTestsRunOnIsGoodEnough() {
    Map<String, JsonNode> checks = doctor();
    assertSays(checks.get("JDK"), "ok", String.valueOf(Runtime.version()));
    assertSays(checks.get("JVM flags"), "ok", "allowed");
    assertSays(checks.get("shared memory"), "ok", "made, sealed and mapped");
    assertSays(doctor("--memory-backend", "tempfile").get("shared memory"), "warn",
        "the kernel does not forbid this user and root to write to what is sealed");
    assertSays(checks.get("temporary files"), "ok", "unpacked and loaded");
    assertSays(checks.get("memory"), "ok", "64 MiB of it for objects");
    assertSays(checks.get("files"), "ok", "none");
  }

  @Test
  void theSocketIsTried() throws IOException {
    assertSays(doctor().get("socket"), "ok", "no peer yet");
    try (Cli cli = new Cli(folder, 1 << 20)) {
      assertThat(cli.socket).isEqualTo(folder.resolve("p.sock"));
      assertSays(doctor().get("socket"), "ok", "a peer answers, it has 0 objects");
    }
    Files.createFile(folder.resolve("p.sock"));
    assertSays(doctor().get("socket"), "warn", "no peer answers");
    assertSays(doctor("--socket", folder + "/none/p.sock").get("socket"), "fail", "there is no such folder");
  }

  @Test
  void theFolderIsTried() throws IOException {
    String data = folder.resolve("data").toString();
    assertSays(doctor("--impl", "tiered", "--disk", "64m", "--data-dir", data).get("files"), "ok", data);
    assertSays(doctor("--impl", "tiered", "--disk", "500t", "--data-dir", data).get("files"), "warn", "500 TiB");
    Path file = Files.createFile(folder.resolve("file"));
    assertSays(doctor("--impl", "tiered", "--disk", "64m", "--data-dir", file + "/x").get("files"), "fail",
        "may not write " + file);
    assertThat(Path.of(data)).as("nothing is made").doesNotExist();
  }

  @Test
  void whatHttpNeedsIsTried() throws IOException {
    assertThat(doctor()).doesNotContainKeys("http", "token", "certificate");
    Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
    String[] http = {"--transport", "http", "--http-address", "127.0.0.1:0"};
    assertSays(doctor(http).get("http"), "ok", "http can be served at 127.0.0.1:0");
    assertSays(doctor(http).get("token"), "ok", "none");
    assertSays(doctor(http[0], http[1], http[2], http[3], "--allow-uid", "7").get("token"), "warn", "none: every user");
    Map<String, JsonNode> open =
        doctor(http[0], http[1], http[2], "0.0.0.0:0", "--token-file", token.toString());
    assertSays(open.get("token"), "warn", token + " can be read by others");
    assertSays(open.get("certificate"), "warn", "none: whoever listens");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    assertSays(doctor(http[0], http[1], http[2], http[3], "--token-file", token.toString()).get("token"), "ok",
        "its owner");
    assertSays(doctor(http[0], http[1], http[2], "192.0.2.1:0", "--token-file", token.toString()).get("http"), "fail",
        "Cannot listen on 192.0.2.1:0");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertSays(doctor(http[0], http[1], http[2], "127.0.0.1:" + taken.getLocalPort()).get("http"), "warn",
          "somebody listens there already");
    }
    assertSays(doctor(http[0], http[1], http[2], http[3], "--tls-cert", token.toString(), "--tls-key", token.toString())
        .get("http"), "fail", "Cannot use");
  }

  @Test
  void theExitCodeTells() {
    Result good = Cli.execute(Map.of(), "", "doctor", "--memory", "64m", "--socket", folder + "/p.sock");
    assertThat(good.status()).as(good.err()).isZero();
    assertThat(good.out()).contains("ok    JDK              ");
    Result bad = Cli.execute(Map.of(), "", "doctor", "--memory", "64m", "--socket", folder + "/none/p.sock");
    assertThat(bad.status()).isEqualTo(1);
    assertThat(bad.out()).contains("fail  socket           " + folder + "/none/p.sock: there is no such folder",
        "→ mkdir " + folder + "/none");
    assertThat(bad.err()).hasLineCount(1)
        .startsWith("packice: Cannot serve well here: 1 of 12 checks failed; change what they say");
  }
}
