package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import io.packice.cli.command.ByteSize;
import io.packice.core.PeerOptions;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which settings win, what they are by default, and what is said of wrong ones. {@code packice config} shows what {@code serve} would do. */
class SettingsTest {
  @TempDir Path folder;

  private Path file;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("packice.yaml");
  }

  private void write(String... lines) throws IOException {
    Files.writeString(file, String.join("\n", lines) + "\n");
    environment.put("PACKICE_CONFIG", file.toString());
  }

  private Result run(String... args) {
    return Cli.execute(environment, "", args);
  }

  /** Name to value and origin. */
  private Map<String, List<@Nullable String>> config(String... args) {
    List<String> all = new ArrayList<>(List.of("config", "--json"));
    all.addAll(List.of(args));
    Result result = run(all.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    Map<String, List<@Nullable String>> settings = new TreeMap<>();
    result.out().lines().forEach(line -> {
      JsonNode node = JsonMapper.shared().readTree(line);
      List<@Nullable String> valueAndOrigin = new ArrayList<>();
      valueAndOrigin.add(node.get("value").isNull() ? null : node.get("value").asString());
      valueAndOrigin.add(node.get("origin").asString());
      settings.put(node.get("name").asString(), valueAndOrigin);
    });
    return settings;
  }

  @Test
  void aClientsTokenIsOfNoConcernWithoutHttp() {
    environment.put("PACKICE_TOKEN_FILE", folder.resolve("token").toString());
    assertThat(config().get("token-file")).containsExactly(null, "$PACKICE_TOKEN_FILE");
  }

  private void assertRefused(String says) {
    Result result = run("serve");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasLineCount(1).startsWith("packice: Cannot ").contains(says).doesNotContain("Exception");
  }

  // ---- defaults

  @Test
  void theDefaultsAreThese() {
    Map<String, List<@Nullable String>> settings = config();
    assertThat(settings.values()).allSatisfy(each -> assertThat(each.get(1)).isEqualTo("default"));
    Map<String, @Nullable String> values = new TreeMap<>();
    settings.forEach((name, each) -> values.put(name, each.getFirst()));
    Map<String, @Nullable String> expected = new TreeMap<>();
    expected.put("impl", "mem");
    expected.put("memory", new ByteSize(MemoryPeer.defaultCapacityBytes()).exact());
    expected.put("memory-backend", "memfd");
    expected.put("data-dir", null);
    expected.put("disk", null);
    expected.put("transport", "uds");
    expected.put("http-address", null);
    expected.put("token-file", null);
    expected.put("tls-cert", null);
    expected.put("tls-key", null);
    expected.put("shared-paths", null);
    for (String ofHttp : List.of("http-header-limit", "http-body-limit", "http-connections", "http-idle",
        "http-min-rate",
        "access-log")) {
      expected.put(ofHttp, null);
    }
    expected.put("socket-mode", "0600");
    expected.put("allow-uid", null);
    expected.put("allow-gid", null);
    expected.put("shared-objects", "false");
    expected.put("evict", "lru");
    expected.put("bookkeeping", new ByteSize(PeerOptions.DEFAULT.bookkeepingBytes()).exact());
    expected.put("log-level", "info");
    expected.put("log-format", "text");
    expected.put("socket", UdsAddress.defaultSocket(Map.of()).toString());
    assertThat(values).isEqualTo(expected);
  }

  @Test
  void whatMayGoToMakeRoomIsASetting() throws IOException {
    write("evict: none");
    assertThat(config().get("evict")).containsExactly("none", file + ", line 1");
    environment.put("PACKICE_EVICT", "lru");
    assertThat(config().get("evict")).containsExactly("lru", "$PACKICE_EVICT");
    assertThat(config("--evict", "none").get("evict")).containsExactly("none", "--evict");
    environment.put("PACKICE_EVICT", "fifo");
    assertRefused("Cannot evict \"fifo\"; choose lru or none");
  }

  @Test
  void whatSharedMemoryIsMadeOfIsASetting() throws IOException {
    write("memory-backend: tempfile");
    assertThat(config().get("memory-backend")).containsExactly("tempfile", file + ", line 1");
    environment.put("PACKICE_MEMORY_BACKEND", "memfd");
    assertThat(config().get("memory-backend")).containsExactly("memfd", "$PACKICE_MEMORY_BACKEND");
    assertThat(config("--memory-backend", "tempfile").get("memory-backend")).containsExactly("tempfile",
        "--memory-backend");
    environment.put("PACKICE_MEMORY_BACKEND", "paper");
    assertRefused("Cannot make shared memory of \"paper\"; choose memfd or tempfile");
  }

  @Test
  void whatTheHeapIsUsedForIsASetting() throws IOException {
    write("bookkeeping: 64m");
    assertThat(config().get("bookkeeping")).containsExactly("64m", file + ", line 1");
    assertThat(config("--bookkeeping", "1g").get("bookkeeping")).containsExactly("1g", "--bookkeeping");
  }

  @Test
  void httpIsOnTheLoopbackUnlessToldOtherwise() {
    Map<String, List<@Nullable String>> settings = config("--transport", "uds,http", "--shared-paths");
    assertThat(settings.get("transport")).containsExactly("uds,http", "--transport");
    assertThat(settings.get("http-address")).containsExactly("127.0.0.1:7225", "default");
    assertThat(settings.get("shared-paths")).containsExactly("true", "--shared-paths");
    assertThat(config("--transport", "http", "--http-address", "[::1]:80").get("http-address"))
        .containsExactly("[0:0:0:0:0:0:0:1]:80", "--http-address");
  }

  @Test
  void theLimitsOfHttpAreSettings() throws IOException {
    Map<String, List<@Nullable String>> byDefault = config("--transport", "http");
    assertThat(byDefault.get("http-header-limit")).containsExactly("16k", "default");
    assertThat(byDefault.get("http-body-limit")).containsExactly(null, "default");
    assertThat(byDefault.get("http-connections")).containsExactly("2048", "default");
    assertThat(byDefault.get("http-idle")).containsExactly("30s", "default");
    assertThat(byDefault.get("http-min-rate")).containsExactly("1k", "default");
    assertThat(byDefault.get("access-log")).containsExactly("false", "default");
    write("transport: http", "http-header-limit: 64k", "http-body-limit: 1g", "http-connections: 10",
        "http-idle: 1500ms",
        "http-min-rate: 0", "access-log: true");
    environment.put("PACKICE_HTTP_IDLE", "2m");
    Map<String, List<@Nullable String>> settings = config("--http-connections", "20");
    assertThat(settings.get("http-header-limit")).containsExactly("64k", file + ", line 2");
    assertThat(settings.get("http-body-limit")).containsExactly("1g", file + ", line 3");
    assertThat(settings.get("http-connections")).containsExactly("20", "--http-connections");
    assertThat(settings.get("http-idle")).containsExactly("2m", "$PACKICE_HTTP_IDLE");
    assertThat(settings.get("http-min-rate")).containsExactly("0", file + ", line 6");
    assertThat(settings.get("access-log")).containsExactly("true", file + ", line 7");
  }

  @Test
  void usersAndGroupsHaveNamesToo() throws IOException {
    write("allow-uid: [root, 1001]", "allow-gid: root");
    assertThat(config().get("allow-uid")).containsExactly("0,1001", file + ", line 1");
    assertThat(config().get("allow-gid")).containsExactly("0", file + ", line 2");
  }

  @Test
  void filesAreByDefaultWhereAUsersDataAreAndMayFillHalfOfTheDisk() {
    environment.put("XDG_DATA_HOME", folder.toString());
    Map<String, List<@Nullable String>> settings = config("--impl", "fs");
    assertThat(settings.get("data-dir").getFirst()).isEqualTo(folder + "/packice");
    assertThat(settings.get("disk").getFirst())
        .isEqualTo(new ByteSize(FileSystemPeer.defaultCapacityBytes(folder)).exact());
    assertThat(settings.get("memory").getFirst()).isNull();
  }

  @Test
  void aTieredPeerTakesNoMoreMemoryThanDiskUnlessToldTo() {
    assertThat(config("--impl", "tiered", "--disk", "64m").get("memory")).containsExactly("64m", "default");
  }

  @Test
  void whoeverIsLetInFindsTheSocketOpenToAll() {
    assertThat(config("--allow-uid", "1001").get("socket-mode")).containsExactly("0666", "default");
    assertThat(config("--allow-gid", "1001", "--socket-mode", "660").get("socket-mode")).containsExactly("0660",
        "--socket-mode");
  }

  @Test
  void idsComeAsListsAndOneByOne() throws IOException {
    write("allow-uid: [1001, 1002]", "allow-gid:", "  - 2000", "socket-mode: 0660", "shared-objects: true");
    Map<String, List<@Nullable String>> settings = config("--allow-gid", "7", "--allow-gid", "5,6",
        "--shared-objects=false");
    assertThat(settings.get("allow-uid")).containsExactly("1001,1002", file + ", line 1");
    assertThat(settings.get("allow-gid")).containsExactly("5,6,7", "--allow-gid");
    assertThat(settings.get("socket-mode")).containsExactly("0660", file + ", line 4");
    assertThat(settings.get("shared-objects")).containsExactly("false", "--shared-objects");
    assertThat(config("--shared-objects").get("shared-objects")).containsExactly("true", "--shared-objects");
    assertThat(config().get("shared-objects")).containsExactly("true", file + ", line 5");
  }

  // ---- precedence

  @Test
  void optionsWinOverTheEnvironmentWhichWinsOverTheFile() throws IOException {
    write("# a peer", "impl: tiered", "memory: 1m", "disk: 1g", "data-dir: " + folder, "log-level: 'debug'");
    environment.put("PACKICE_MEMORY", "2m");
    environment.put("PACKICE_DISK", "2g");
    Map<String, List<@Nullable String>> settings = config("--disk", "3g");
    assertThat(settings.get("disk")).containsExactly("3g", "--disk");
    assertThat(settings.get("memory")).containsExactly("2m", "$PACKICE_MEMORY");
    assertThat(settings.get("impl")).containsExactly("tiered", file + ", line 2");
    assertThat(settings.get("data-dir")).containsExactly(folder.toString(), file + ", line 5");
    assertThat(settings.get("log-level")).containsExactly("debug", file + ", line 6");
    assertThat(settings.get("log-format")).containsExactly("text", "default");
  }

  @Test
  void theFileOfTheOptionWinsOverThatOfTheEnvironment() throws IOException {
    write("memory: 1m");
    Path other = Files.writeString(folder.resolve("other.yaml"), "memory: 2m\n");
    assertThat(config("--config", other.toString()).get("memory")).containsExactly("2m", other + ", line 1");
  }

  @Test
  void whatConfigPrintsIsAFileThatSaysTheSame() throws IOException {
    environment.put("PACKICE_DATA_DIR", folder + "/a folder: it's");
    String printed = run("config", "--impl", "tiered", "--memory", "1025k", "--disk", "4097k").out();
    assertThat(printed).contains("impl: tiered ", " # --impl\n", " # $PACKICE_DATA_DIR\n", " # default\n");
    environment.clear();
    write(printed);
    assertThat(run("config").out().lines().map(line -> line.replaceFirst(" *#.*", "")))
        .containsExactlyElementsOf(printed.lines().map(line -> line.replaceFirst(" *#.*", "")).toList());
  }

  @Test
  void anEmptyFileSaysNothing() throws IOException {
    write("# nothing");
    assertThat(config().get("impl")).containsExactly("mem", "default");
    write("");
    assertThat(config().get("impl")).containsExactly("mem", "default");
  }

  @Test
  void helpIsGivenWhateverTheFileSays() throws IOException {
    write("memroy: 4g");
    assertThat(run("serve", "--help").status()).isZero();
  }

  @Test
  void verifyLooksWhereServePutsThings() {
    environment.put("PACKICE_DATA_DIR", folder.resolve("data").toString());
    FileSystemPeer.open(folder.resolve("data"), 1 << 20).close();
    assertThat(run("verify").out()).startsWith(folder.resolve("data") + ": 0 objects");
  }

  // ---- wrong ones

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "memroy: 4g                   | , line 1: unknown setting 'memroy'; did you mean memory?",
      "# x/log_level: debug         | , line 2: unknown setting 'log_level'; did you mean log-level?",
      "colour: red                  | , line 1: unknown setting 'colour'; the settings are ",
      "config: x.yaml               | , line 1: unknown setting 'config'",
      "memory: 4g//memory: 5g       | , line 3: memory stands on line 1 already; write it once",
      "memory: [4g                  | , line 2: expected",
      "memory: {a: b}               | , line 1: memory has a mapping; write such as memory: VALUE",
      "memory:                      | , line 1: memory has no value; write such as memory: VALUE",
      "- memory                     | , line 1: it has no settings; write one on each line",
      "? [a]                        | , line 1: unknown setting 'a list'",
      "impl: mem/memory: lots       | Cannot use \"lots\" as a number of bytes",
      "impl: mem/memory: lots       | (memory in FILE, line 2)",
      "impl: fs/memory: 4g          | memory (FILE, line 2) is for shared memory",
      "allow-uid: [me]              | (allow-uid in FILE, line 1)",
      "allow-uid: [7, no.such-user] | Cannot find the user \"no.such-user\": this system knows no such user; give its name or number",
      "transport: http/http-idle: 9ms| http-idle (FILE, line 2) (9ms) ends connections that are in use: give at least 1.0s",
      "shared-objects: perhaps      | (shared-objects in FILE, line 1)",
      "allow-uid: 7/socket-mode: 600| socket-mode (FILE, line 2) (0600) keeps out whom",
      "impl: fs/impl: \u0000        | Cannot read FILE"})
  void aWrongFileIsRefusedWithItsLine(String lines, String says) throws IOException {
    write(lines.strip().split("/"));
    assertRefused(says.strip().replace("FILE", file.toString()));
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws IOException {
    write();
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff});
    assertRefused("Cannot read " + file + ": it is not UTF-8 text");
  }

  @Test
  void aWrongVariableIsNamed() {
    environment.put("PACKICE_MEMORY", "lots");
    assertRefused("Cannot use \"lots\" as a number of bytes; write such as 4096, 512m or 4g, more than 0 (memory in "
        + "$PACKICE_MEMORY)");
    environment.clear();
    environment.put("PACKICE_DISK", "4g");
    assertRefused("$PACKICE_DISK is for files: add --impl fs");
  }
}
