package io.packice.cli.objects;

import static io.packice.cli.Cli.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ObjectCommandsTest {
  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void startPeer() {
    cli = new Cli(folder, 64 << 20);
  }

  @AfterEach
  void stopPeer() {
    cli.close();
  }

  private static JsonNode json(Result result) {
    return JsonMapper.shared().readTree(ok(result).out());
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatIsPutFromAFileIsGotToAFile() throws IOException {
    byte[] bytes = bytes(3_000_001);
    Path target = folder.resolve("out");
    assertThat(ok(cli.run("put", "x", file("in", bytes).toString())).out()).startsWith("x: 2.9 MiB in 1 blob, ");
    assertThat(ok(cli.run("get", "x", "-o", target.toString())).out()).isEmpty();
    assertThat(target).hasBinaryContent(bytes);
    assertThat(folder).isDirectoryNotContaining("glob:**packice-draft");
  }

  @Test
  void standardInputOfUnknownLengthGoesInAndOut() {
    String text = "line äöü\n".repeat(300_000);
    ok(cli.runWithInput(text, "put", "x"));
    ok(cli.runWithInput("dash", "put", "y", "-"));
    assertThat(ok(cli.run("get", "x")).out()).isEqualTo(text);
    assertThat(ok(cli.run("get", "y", "-o", "-")).out()).isEqualTo("dash");
  }

  @Test
  void severalFilesAreSeveralBlobs() throws IOException {
    String one = file("1", bytes(5000)).toString();
    String none = file("2", bytes(0)).toString();
    String three = file("3", "three".getBytes(StandardCharsets.UTF_8)).toString();
    assertThat(ok(cli.run("put", "x", one, none, three)).out()).startsWith("x: 4.9 KiB in 3 blobs, ");
    assertThat(ok(cli.run("get", "x", "--blob", "2")).out()).isEqualTo("three");
    assertThat(ok(cli.run("get", "x", "--blob", "1")).out()).isEmpty();
    assertThat(json(cli.run("stat", "x", "--json")).get("blob_sizes").toString()).isEqualTo("[5000,0,5]");
  }

  @Test
  void anOutputFileIsReplacedThroughItsLinkAndOnlyWhenComplete() throws IOException {
    ok(cli.runWithInput("new", "put", "x"));
    Path target = Files.writeString(folder.resolve("real"), "a long old content");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    ok(cli.run("get", "x", "-o", link.toString()));
    assertThat(link).isSymbolicLink();
    assertThat(target).hasContent("new");
    assertThat(cli.run("get", "missing", "-o", target.toString()).status()).isEqualTo(1);
    assertThat(target).hasContent("new");
    ok(cli.run("get", "x", "-o", "/dev/null"));
  }

  @Test
  void anOutputFileKeepsTheRightsOfWhatItReplaces() throws IOException {
    ok(cli.runWithInput("new", "put", "x"));
    Path target = Files.writeString(folder.resolve("secret"), "old");
    for (String rights : List.of("rw-------", "rwxrw-r--", "r--------")) {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(rights));
      ok(cli.run("get", "x", "-o", target.toString()));
      assertThat(target).hasContent("new");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target))).isEqualTo(rights);
    }
    Path made = Files.createFile(folder.resolve("as the umask says"));
    Path mine = folder.resolve("new");
    ok(cli.run("get", "x", "-o", mine.toString()));
    assertThat(Files.getPosixFilePermissions(mine)).isEqualTo(Files.getPosixFilePermissions(made));
  }

  @Test
  void anOutputFileKeepsTheOwnerOfWhatItReplaces() throws IOException {
    ok(cli.runWithInput("new", "put", "x"));
    Path target = Files.writeString(folder.resolve("theirs"), "old");
    try {
      Files.setAttribute(target, "unix:uid", 12345);
      Files.setAttribute(target, "unix:gid", 54321);
    } catch (IOException refused) {
      abort("only root may give files away");
    }
    ok(cli.run("get", "x", "-o", target.toString()));
    assertThat(target).hasContent("new");
    assertThat(Files.readAttributes(target, "unix:uid,gid")).isEqualTo(Map.of("uid", 12345, "gid", 54321));
  }

  @Test
  void metadataAndLifeArriveWithTheObject() {
    ok(cli.runWithInput("1", "put", "x", "--meta", "{\"epoch\":3}", "--ttl", "2h"));
    JsonNode status = json(cli.run("stat", "--json", "x"));
    assertThat(status.get("meta").toString()).isEqualTo("{\"epoch\":3}");
    assertThat(status.get("remaining_seconds").asDouble()).isBetween(7000.0, 7200.0);
    assertThat(ok(cli.run("stat", "x")).out()).contains("size    1 B in 1 blob", "meta    {\"epoch\":3}",
        "ends    in ");
  }

  @Test
  void replaceGivesTheNewBytesAndWithoutItTheOldStay() {
    ok(cli.runWithInput("old", "put", "x"));
    assertThat(cli.runWithInput("new", "put", "x").status()).isEqualTo(1);
    assertThat(ok(cli.run("get", "x")).out()).isEqualTo("old");
    ok(cli.runWithInput("new", "put", "x", "--replace"));
    assertThat(ok(cli.run("get", "x")).out()).isEqualTo("new");
  }

  @Test
  void lsListsByPrefixAsTableAndAsJson() {
    for (String id : List.of("b/2", "a", "b/1", "ein Schlüssel")) {
      ok(cli.runWithInput("12345", "put", id));
    }
    assertThat(ok(cli.run("ls")).out().lines().map(line -> line.replaceAll("  .*", "")))
        .containsExactly("ID", "a", "b/1", "b/2", "ein Schlüssel");
    assertThat(ok(cli.run("ls", "b/")).out().lines()).hasSize(3).anyMatch(line -> line.matches("b/1 +5 B +1 +0 .*"));
    assertThat(
        ok(cli.run("ls", "--json")).out().lines().map(line -> JsonMapper.shared().readTree(line).get("id").asString()))
        .containsExactly("a", "b/1", "b/2", "ein Schlüssel");
    assertThat(ok(cli.run("ls", "zzz")))
        .isEqualTo(new Result(0, "", "The peer holds no object whose id starts with zzz\n"));
  }

  @Test
  void anEmptyPeerSaysSoAndHowToFillIt() {
    assertThat(ok(cli.run("ls")).err()).contains("packice put ID FILE").hasLineCount(1);
    assertThat(ok(cli.run("ls", "--json"))).isEqualTo(new Result(0, "", ok(cli.run("ls", "--json")).err()));
  }

  @Test
  void rmDiscardsWhatItCanAndReportsTheRest() {
    ok(cli.runWithInput("1", "put", "a"));
    ok(cli.runWithInput("1", "put", "c"));
    Result result = cli.run("rm", "a", "b", "c");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("packice: Cannot ").contains("b").hasLineCount(1);
    assertThat(ok(cli.run("ls", "--json")).out()).isEmpty();
  }

  @Test
  void pinsAreSeenAndUndone() {
    ok(cli.runWithInput("1", "put", "a"));
    ok(cli.run("pin", "a"));
    assertThat(ok(cli.run("ls")).out()).contains("pinned");
    assertThat(json(cli.run("stats", "--json")).get("pinned_bytes").asLong()).isEqualTo(4096);
    ok(cli.run("unpin", "a"));
    assertThat(json(cli.run("stat", "a", "--json")).get("pinned").asBoolean()).isFalse();
  }

  @Test
  void statsCountObjectsAndReads() {
    ok(cli.runWithInput("1", "put", "a"));
    ok(cli.run("get", "a"));
    cli.run("get", "b");
    JsonNode stats = json(cli.run("stats", "--json"));
    assertThat(stats.get("objects").asLong()).isEqualTo(1);
    assertThat(stats.get("hits").asLong()).isEqualTo(1);
    assertThat(stats.get("misses").asLong()).isEqualTo(1);
    assertThat(ok(cli.run("stats")).out()).contains("objects  1 sealed, 0 drafts", "capacity 64 MiB", "1 hit, 1 miss");
  }

  @Test
  void statsTellWhoIsConnectedTheOldestFirst() {
    long pid = ProcessHandle.current().pid();
    try (PackiceClient other = Packice.connect(cli.socket)) {
      ok(cli.runWithInput("1", "put", "a"));
      try (LeasedObject _ = other.get("a")) {
        assertThat(ok(cli.run("stats")).out().lines().filter(line -> line.startsWith("session ")))
            .hasSizeGreaterThanOrEqualTo(2).first().asString()
            .matches("session  pid " + pid + ", connected for \\S+, 1 lease");
        JsonNode sessions = json(cli.run("stats", "--json")).get("connected");
        assertThat(sessions.get(0).get("pid").asLong()).isEqualTo(pid);
        assertThat(sessions.get(0).get("leases").asInt()).isEqualTo(1);
        assertThat(sessions.get(0).get("age_seconds").asDouble()).isPositive();
        assertThat(sessions.get(sessions.size() - 1).get("leases").asInt()).isZero();
      }
    }
  }

  @Test
  void aLeaseIsRenewedByItsId() {
    ok(cli.runWithInput("1", "put", "a"));
    AcquireRequest request = AcquireRequest.read(new ObjectId("a"));
    try (PackiceClient other = Packice.connect(cli.socket);
        LeasedObject timed = other.get(request.withTtl(Duration.ofMinutes(5)));
        LeasedObject held = other.get(request)) {
      String lease = timed.lease().id().value();
      assertThat(ok(cli.run("renew", lease)).out()).isEqualTo("It ends in 5m unless it is renewed again\n");
      assertThat(ok(cli.run("renew", "--json", lease)).out())
          .isEqualTo("{\"renewed\":\"" + lease + "\",\"ttl_seconds\":300.0}\n");
      assertThat(ok(cli.run("renew", held.lease().id().value())).out()).startsWith("It has no TTL");
    }
  }

  @Test
  void theSocketOptionBeatsTheEnvironment() {
    Map<String, String> elsewhere = Map.of("PACKICE_SOCKET", folder.resolve("nowhere.sock").toString());
    assertThat(Cli.execute(elsewhere, "", "ls").status()).isEqualTo(1);
    assertThat(ok(Cli.execute(elsewhere, "", "ls", "--socket", cli.socket.toString())).out()).isEmpty();
  }
}
