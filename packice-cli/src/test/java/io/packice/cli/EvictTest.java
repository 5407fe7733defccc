package io.packice.cli;

import static io.packice.cli.Cli.ok;
import static io.packice.cli.Cli.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli.Result;
import io.packice.cli.serve.Serving;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes to make room for an import or an object, and what is said of it. */
class EvictTest {
  private static final List<String> KEPT = List.of("keep1", "keep2", "keep3", "keep4");

  @TempDir Path folder;

  private String csv(String name, int columns, int rows) throws IOException {
    String header = IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    String line = IntStream.range(0, columns).mapToObj(_ -> "7").collect(Collectors.joining(","));
    return Files.writeString(folder.resolve(name), header + "\n" + (line + "\n").repeat(rows)).toString();
  }

  private static List<String> names(Result listing) {
    return ok(listing).out().lines().map(line -> line.replaceFirst(" .*", ""))
        .filter(name -> name.matches("[a-z]+\\d?"))
        .toList();
  }

  @Test
  void anImportThatCannotFitLeavesTheOtherTables() throws IOException {
    try (Cli cli = new Cli(folder, 16 << 20)) {
      String middling = csv("mid.csv", 2, 100_000);
      KEPT.forEach(name -> ok(cli.run("import", name, middling)));
      String large = csv("big.csv", 4, 700_000);
      refused(cli.run("import", "big", large), 1, "Cannot create big: needs at least 22400000 bytes", " idle",
          "give the peer more");
      assertThat(names(cli.run("ls"))).containsAll(KEPT);
      assertThat(ok(cli.run("stats", "--json")).out()).contains("\"evictions\":0");
    }
  }

  @Test
  void whoSaysNoneEvictsNothing() throws IOException {
    try (Cli cli = new Cli(folder, 4 << 20)) {
      String middling = csv("mid.csv", 2, 100_000);
      ok(cli.run("import", "keep1", middling));
      Path object = Files.write(folder.resolve("object"), new byte[3 << 20]);
      for (List<String> command : List.of(List.of("put", "new", object.toString()),
          List.of("import", "new", csv("large.csv", 2, 200_000)))) {
        refused(cli.run(with(command, "none")), 1, "Cannot create new", " idle but not to be evicted", "let it evict");
        assertThat(names(cli.run("ls"))).contains("keep1");
      }
      refused(cli.run("put", "new", object.toString(), "--evict", "fifo"), 2, "Cannot evict \"fifo\"",
          "choose lru or none");
      ok(cli.run("put", "new", object.toString(), "--evict", "lru"));
      assertThat(names(cli.run("ls"))).doesNotContain("keep1");
    }
  }

  private static String[] with(List<String> command, String evict) {
    return Stream.concat(command.stream(), Stream.of("--evict", evict))
        .toArray(String[]::new);
  }

  @Test
  void aPeerThatIsServedSoEvictsNothingUnlessItIsToldTo() throws Exception {
    Path socket = folder.resolve("served.sock");
    String object = Files.write(folder.resolve("object"), new byte[40 << 20]).toString();
    try (Serving peer = Serving.start(socket, "up to 64 MiB of shared memory", "--memory", "64m", "--evict", "none")) {
      Map<String, String> environment = Map.of("PACKICE_SOCKET", socket.toString());
      ok(Cli.execute(environment, "", "put", "old", object));
      refused(Cli.execute(environment, "", "put", "new", object), 1, "Cannot create new: needs 41943040 bytes",
          "41943040 idle but not to be evicted");
      ok(Cli.execute(environment, "", "put", "new", object, "--evict", "lru"));
      peer.terminate();
      assertThat(peer.log()).contains(
          " INFO Evicted old (1 object, 41943040 bytes) to make room for new (41943040 bytes, of uid ");
    }
  }
}
