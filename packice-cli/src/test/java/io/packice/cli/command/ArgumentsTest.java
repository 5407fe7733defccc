package io.packice.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cli.Cli;
import io.packice.cli.Main;
import io.packice.cli.demo.JavaCommand;
import io.packice.core.AcquireRequest;
import io.packice.core.Caller;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names on the command line are UTF-8 in any locale, and those of one object are never those of another. */
class ArgumentsTest {
  @TempDir Path folder;

  /** What the kernel would have of {@code java -jar x.jar} and these words, each byte a char. */
  private String[] read(String[] asTheJvmReadThem, String... bytes) throws IOException {
    Path file = Files.createTempFile(folder, "cmdline", "");
    Files.write(file,
        ("java\0-Dä=ö\0-jar\0x.jar\0" + String.join("", List.of(bytes).stream().map(word -> word + "\0").toList()))
            .getBytes(ISO_8859_1));
    return Arguments.utf8(asTheJvmReadThem, file);
  }

  private static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @Test
  void lettersBeyondAsciiAreThoseThatWereGiven() throws IOException {
    assertThat(read(new String[] {"put", "\ufffd\ufffd", "", "x"}, "put", bytes("ä"), "", "x")).containsExactly("put",
        "ä", "", "x");
    assertThat(read(new String[] {"rm", "\ufffd\ufffd\ufffd\ufffd"}, "rm", bytes("\ud83d\ude00"))).containsExactly("rm",
        "\ud83d\ude00");
    assertThat(read(new String[] {"rm", "ä"}, "rm", bytes("ä"))).containsExactly("rm", "ä"); // UTF-8 already
    assertThat(read(new String[] {"rm", bytes("ä")}, "rm", bytes("ä"))).containsExactly("rm", "ä"); // in a locale of Latin 1
    assertThat(Arguments.utf8(new String[] {"ls"}, folder.resolve("none"))).containsExactly("ls");
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    for (String bad : List.of("\u00e4", "n\u00ff\u00fe", "n\u00c0\u00af", "\u00ed\u00a0\u0080")) {
      assertThatIllegalArgumentException().isThrownBy(() -> read(new String[] {"put", "\ufffd"}, "put", bad))
          .withMessage("Cannot read argument 2: its bytes are not UTF-8; write names in UTF-8, whatever the locale");
    }
  }

  @Test
  void aCommandLineThatIsAnothersIsNotTaken() {
    assertThatIllegalArgumentException().isThrownBy(() -> read(new String[] {"rm", "ä"}, "rm", "x"))
        .withMessageContaining("give ASCII");
    assertThatIllegalArgumentException().isThrownBy(() -> read(new String[] {"put", "ä"}, "rm", bytes("ä")))
        .withMessageContaining("give ASCII");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(new String[] {"a", "b", "c", "d", "e", "f", "g", "ä"}, bytes("ä")))
        .withMessageStartingWith("Cannot read argument ");
  }

  /** As under cron: two names are two objects, and bytes that are no name are none. */
  @Test
  void inTheLocaleCNamesStayApart() throws Exception {
    try (Cli cli = new Cli(folder, 1 << 20)) {
      String java =
          JavaCommand.of(Main.class).line().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
      String script = "p() { " + java + " \"$@\"; }\n"
          + "echo one | p put \"$(printf '\\303\\244')\" && echo two | p put --replace \"$(printf '\\303\\266')\""
          + " && ! p put \"$(printf 'x\\377')\" < /dev/null 2> \"$ERRORS\"";
      ProcessBuilder shell = new ProcessBuilder("sh", "-c", script).inheritIO();
      shell.environment().putAll(Map.of("LC_ALL", "C", "PACKICE_SOCKET", cli.socket.toString(), "ERRORS",
          folder.resolve("errors").toString()));
      assertThat(shell.start().waitFor()).isZero();
      try (PackiceClient client = Packice.connect(cli.socket)) {
        assertThat(client.list("").map(status -> status.object().id().value())).containsExactly("ä", "ö");
      }
      assertThat(Files.readString(folder.resolve("errors")))
          .isEqualTo(
              "packice: Cannot read argument 2: its bytes are not UTF-8; write names in UTF-8, whatever the locale\n");
    }
  }

  /** Metadata as deep as earlier versions took it is in nobody's way. */
  @Test
  void whatIsDeepIsListedAndRemoved() {
    MemoryPeer peer = MemoryPeer.create(1 << 20);
    try (Session session = peer.openSession(Caller.thisProcess())) {
      for (int depth : new int[] {61, 498, 499, 500}) {
        var grant = session.acquire(AcquireRequest.create(new ObjectId("deep-" + depth), List.of())
            .withMeta(Metadata.ofOwnJson("{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}")));
        grant.extent().close();
        session.seal(grant.lease().id());
      }
    }
    try (Cli cli = new Cli(folder, peer)) {
      assertThat(Cli.ok(cli.run("ls")).out()).contains("deep-61", "deep-498", "deep-499", "deep-500");
      assertThat(Cli.ok(cli.run("ls", "--json")).out()).hasLineCount(4);
      Cli.ok(cli.run("stat", "deep-500"));
      assertThat(Cli.ok(cli.run("stat", "deep-500", "--json")).out()).contains("[".repeat(499));
      Cli.ok(cli.run("rm", "deep-61", "deep-498", "deep-499", "deep-500"));
      assertThat(Cli.ok(cli.run("ls")).out()).isEmpty();
    }
  }
}
