package io.packice.cli.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.peers.SharedFileSystemPeer;
import io.packice.peers.tiered.TieredPeer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the commands tell of peers over files, sound and damaged. */
class FileCommandsTest {
  @TempDir Path folder;

  private Path data;
  private Cli cli;

  @BeforeEach
  void startPeer() {
    data = folder.resolve("data");
    cli = serve();
    assertThat(cli.runWithInput("of one", "put", "one").status()).isZero();
  }

  @AfterEach
  void stopPeer() {
    cli.close();
  }

  private Cli serve() {
    return new Cli(folder, FileSystemPeer.open(data, 1 << 20));
  }

  private Result verify(String... more) {
    return cli.run(Stream.concat(Stream.of("verify", "--data-dir", data.toString()), Stream.of(more))
        .toArray(String[]::new));
  }

  /** The file with the bytes of the only object. */
  private RandomAccessFile open() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("objects"))) {
      Path file = files.filter(each -> each.toString().endsWith(".data")).findAny().orElseThrow();
      assertThat(file.toFile().setWritable(true)).isTrue();
      return new RandomAccessFile(file.toFile(), "rw");
    }
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().orElseThrow();
    }
  }

  @Test
  void verifyFindsNothingInASoundFolderWhileItIsServed() {
    Result result = verify();
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).matches(data + ": 1 object, 6 B read in \\S+, 0 damaged\n");
  }

  @Test
  void verifyNamesWhatIsNotAsItWasSealed() throws IOException {
    try (RandomAccessFile file = open()) {
      file.write('O');
    }
    assertThat(cli.runWithInput("of two", "put", "two").status()).isZero();
    Result result = verify();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out().lines()).hasSize(2).first().asString().startsWith("damaged  one: its blob 0 of 6 bytes ");
    assertThat(result.err()).startsWith("packice: Cannot vouch for " + data + ": 1 of 2 objects damaged; ")
        .hasLineCount(1);

    Result json = verify("--json");
    assertThat(json.status()).isEqualTo(1);
    JsonNode found = JsonMapper.shared().readTree(json.out());
    assertThat(found.get("objects").asInt()).isEqualTo(2);
    assertThat(found.get("damaged").size()).isEqualTo(1);
    assertThat(found.get("damaged").get(0).get("id").asString()).isEqualTo("one");
  }

  @Test
  void whatVerifyNamesIsMadeAnewAsItSays() throws IOException {
    try (RandomAccessFile file = open()) {
      file.write('O');
    }
    assertThat(verify().err()).contains("--replace");
    assertThat(cli.runWithInput("of one", "put", "one", "--replace").status()).isZero();
    assertThat(verify().status()).isZero();
  }

  @Test
  void statsTellOfBothTiers() {
    cli.close();
    cli = new Cli(folder, TieredPeer.over(MemoryPeer.create(1 << 16), FileSystemPeer.open(data, 1 << 20)));
    assertThat(cli.runWithInput("of two", "put", "two").status()).isZero();
    assertThat(cli.run("stats").out()).contains("objects  2 sealed, 0 drafts",
        "hot      1 object, 4.0 KiB of 64 KiB, 0 objects (0 B) copied in, 0 objects evicted",
        "cold     1 object, 4.0 KiB of 1.0 MiB, ");
    JsonNode stats = JsonMapper.shared().readTree(cli.run("stats", "--json").out());
    assertThat(stats.get("live_bytes").asInt()).isEqualTo(2 * 4096);
    assertThat(stats.get("tiers")).extracting(tier -> tier.get("name").asString()).containsExactly("hot", "cold");
    assertThat(stats.get("tiers")).extracting(tier -> tier.get("live_bytes").asInt()).containsExactly(4096, 4096);
    assertThat(stats.get("members")).isEmpty();
  }

  @Test
  void statsAndVerifyTellOfASharedFolder() throws IOException {
    cli.close();
    data = folder.resolve("shared");
    cli = new Cli(folder, SharedFileSystemPeer.open(data, 1 << 20));
    assertThat(cli.runWithInput("of one", "put", "one").status()).isZero();
    assertThat(cli.run("stats").out())
        .containsPattern("member   pid " + ProcessHandle.current().pid() + " on \\S+, alive\n");
    JsonNode stats = JsonMapper.shared().readTree(cli.run("stats", "--json").out());
    assertThat(stats.get("tiers")).isEmpty();
    assertThat(stats.get("members")).hasSize(1);
    assertThat(stats.get("members").get(0).get("silent_seconds").asDouble()).isZero();

    assertThat(verify().out()).matches(data + ": 1 object, 6 B read in \\S+, 0 damaged\n");
    Path bytes = onlyFile(data.resolve("data"));
    assertThat(bytes.toFile().setWritable(true)).isTrue();
    Files.writeString(bytes, "Of one");
    assertThat(verify().out()).startsWith("damaged  one: its blob 0 of 6 bytes ");
  }

  @Test
  void statsAndVerifyTellOfTheQuarantine() throws IOException {
    assertThat(cli.run("stats").out()).doesNotContain("quarantine");
    cli.close();
    try (RandomAccessFile file = open()) {
      file.setLength(3);
    }
    cli = serve();
    assertThat(cli.run("stats").out()).contains("damaged  1 object in quarantine, not served");
    assertThat(JsonMapper.shared().readTree(cli.run("stats", "--json").out()).get("quarantined").asInt()).isEqualTo(1);
    assertThat(verify().out()).endsWith(", 0 damaged; 1 in quarantine from earlier\n");
  }
}
