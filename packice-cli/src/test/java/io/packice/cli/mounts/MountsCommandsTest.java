package io.packice.cli.mounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code packice mounts}, over folders. */
class MountsCommandsTest {
  @TempDir Path folder;
  private Path mounts;

  @BeforeEach
  void configure() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      Files.createDirectory(folder.resolve(name));
    }
    mounts = Files.writeString(folder.resolve("mounts.yaml"), """
        - {name: a, type: local, path: %s/a}
        - {name: b, type: local, path: %s/b}
        - {name: ro, type: relative, node: 'a:', permissions: readonly}
        """.formatted(folder, folder));
  }

  private Result run(String... args) {
    return Cli.execute(Map.of("PACKICE_MOUNTS", mounts.toString()), "", args);
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void mountsAreListedWithWhatTheyCanDo() {
    Result listed = Cli.ok(run("mounts"));
    assertThat(listed.out()).contains("NAME", "CAPABILITIES", "a     local     full", "ro    relative  readonly");
    assertThat(listed.out().lines().filter(line -> line.startsWith("ro")).toList().toString()).contains("read")
        .doesNotContain("write");
    assertThat(Cli.ok(run("mounts", "--json")).out()).contains("\"name\":\"b\"");
    assertThat(Cli.execute(Map.of(), "", "mounts").err()).contains("There are no mounts");
    assertThat(Cli.ok(Cli.execute(Map.of(), "", "mounts", "--mounts", mounts.toString())).out())
        .isEqualTo(listed.out());
  }

  @Test
  void checkTriesEach() throws IOException {
    assertThat(Cli.ok(run("mounts", "check")).out()).contains("a     ok", "ro    ok");
    Files.writeString(mounts,
        "- {name: a, type: local, path: %s/a}\n- {name: gone, type: local, path: %s/gone}\n".formatted(folder, folder));
    Result failed = run("mounts", "check");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out()).contains("a     ok", "gone  Cannot open the mount gone: there is no folder");
    assertThat(Cli.ok(run("mounts")).out()).contains("does not open");
  }

  @Test
  void nodesAreListedShownAndDescribed() throws IOException {
    write("a/t/one.csv", "1\n");
    write("a/t/deep/two.csv", "22\n");
    assertThat(Cli.ok(run("mounts", "ls", "a:t")).out()).isEqualTo("a:t/deep/\na:t/one.csv\n");
    assertThat(Cli.ok(run("mounts", "ls", "-r", "a:")).out())
        .isEqualTo("a:t/\na:t/deep/\na:t/deep/two.csv\na:t/one.csv\n");
    assertThat(Cli.ok(run("mounts", "ls", "a:", "--glob", "t/**/*.csv")).out())
        .isEqualTo("a:t/deep/two.csv\na:t/one.csv\n");
    assertThat(Cli.ok(run("mounts", "ls", "-l", "a:t/one.csv")).out()).contains("SIZE", "2 B", "a:t/one.csv");
    assertThat(Cli.ok(run("mounts", "ls", "--json", "a:t")).out()).contains("\"node\":\"a:t/one.csv\"", "\"bytes\":2");
    assertThat(Cli.ok(run("mounts", "stat", "a:t/one.csv")).out()).contains("node: a:t/one.csv", "bytes: 2",
        "type: text/csv");
    assertThat(Cli.ok(run("mounts", "cat", "a:t/one.csv", folder + "/a/t/deep/two.csv")).out()).isEqualTo("1\n22\n");
    Cli.refused(run("mounts", "ls", "a:none"), 1, "a:none");
    Cli.refused(run("mounts", "cat", "c:x"), 1, "Cannot find the mount c");
    Cli.refused(run("mounts", "cat", "a:../x"), 1, "goes up by '..'");
  }

  @Test
  void treesAreCopiedAndSkipped() throws IOException {
    for (int i = 0; i < 20; i++) {
      write("a/t/" + i % 3 + "/" + i + (i % 2 == 0 ? ".csv" : ".txt"), "file " + i);
    }
    assertThat(Cli.ok(run("mounts", "cp", "-r", "a:t", "b:copy")).out()).contains("Copied a:t to b:copy: 20 files");
    assertThat(folder.resolve("b/copy/1/7.txt")).content().isEqualTo("file 7");
    write("a/t/1/7.txt", "FILE 7");
    assertThat(Cli.ok(run("mounts", "cp", "-r", "a:t", "b:copy", "--skip", "hash", "--json")).out())
        .contains("\"files\":1,\"skipped\":19");
    assertThat(
        Cli.ok(run("mounts", "cp", "-r", "a:t", folder + "/out", "--include", "*.csv", "--exclude", "0/**")).out())
        .contains("6 files", "14 left out");
    assertThat(folder.resolve("out/1/4.csv")).exists();
    Cli.refused(run("mounts", "cp", "a:t", "b:x"), 1, "it is a folder; say -r");
    Cli.refused(run("mounts", "cp", "a:t/1/7.txt", "ro:x"), 1, "readonly");
    Cli.refused(run("mounts", "cp", "a:t/1/7.txt", "b:x", "--skip", "sometimes"), 2, "sometimes");
  }

  @Test
  void filesGoIntoFolders() throws IOException {
    write("a/one", "1");
    write("a/two", "2");
    Cli.ok(run("mounts", "cp", "a:one", "b:"));
    Cli.ok(run("mounts", "cp", "a:one", "b:new/"));
    Cli.ok(run("mounts", "cp", "a:one", "a:two", "b:both"));
    Cli.ok(run("mounts", "mv", "a:one", "b:moved"));
    for (String path : new String[] {"b/one", "b/new/one", "b/both/one", "b/both/two", "b/moved"}) {
      assertThat(folder.resolve(path)).exists();
    }
    assertThat(folder.resolve("a/one")).doesNotExist();
  }

  @Test
  void whatFailsIsNamedAndTheRestIsCopied() throws IOException {
    write("a/t/fine", "1");
    write("a/t/blocked", "2");
    Files.createDirectories(folder.resolve("b/t/blocked"));
    Result failed = run("mounts", "cp", "-r", "a:t", "b:t");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err().lines()).hasSize(2);
    assertThat(failed.err()).contains("a:t/blocked: Cannot copy a:t/blocked to b:t/blocked: a folder is there",
        "packice: Cannot copy 1 of the files of a:t");
    assertThat(folder.resolve("b/t/fine")).exists();
  }

  @Test
  void foldersAreMadeAndDeleted() throws IOException {
    Cli.ok(run("mounts", "mkdir", "a:x/y"));
    assertThat(folder.resolve("a/x/y")).isDirectory();
    write("a/x/file", "x");
    Cli.refused(run("mounts", "rm", "a:x"), 1, "not empty");
    assertThat(Cli.ok(run("mounts", "rm", "-r", "a:x", "--json")).out()).contains("\"files\":1");
    assertThat(folder.resolve("a/x")).doesNotExist();
    Cli.refused(run("mounts", "rm", "a:x"), 1, "there is no such node");
  }

  @Test
  void aPathThatExistsWinsAndIsSaidTo() throws IOException {
    Path odd = Files.writeString(Path.of("a:odd"), "on disk");
    try {
      Result shown = Cli.ok(run("mounts", "cat", "a:odd"));
      assertThat(shown.out()).isEqualTo("on disk");
      assertThat(shown.err()).contains("a:odd is a path on this disk, which wins over the mount of that name");
    } finally {
      Files.delete(odd);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "ls", "stat", "cat", "cp", "mv", "rm", "mkdir"})
  void eachCommandHasHelp(String command) {
    Result help = Cli.ok(run("mounts", command, "--help"));
    assertThat(help.out()).startsWith("Usage: packice mounts " + command)
        .contains("--mounts=FILE", "Examples:", "  packice mounts " + command).doesNotContain("%n");
    assertThat(run("help", "mounts", command).out()).isEqualTo(help.out());
  }

  @Test
  void wrongMountsAreRefused() throws IOException {
    Files.writeString(mounts, "- {name: a, type: locla, path: /}\n");
    Cli.refused(run("mounts"), 1, "did you mean local?");
    Cli.refused(Cli.execute(Map.of("PACKICE_MOUNTS", "/none.yaml"), "", "mounts"), 1,
        "Cannot read /none.yaml: no such file");
  }
}
