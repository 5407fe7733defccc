package io.packice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cli.Cli.Result;
import io.packice.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong use gives one clear line and the right exit code. */
class WrongUseTest {
  private static final int REFUSED = 1;
  private static final int USAGE = 2;

  /** What is done ({@code $F}: a folder; {@code |} between arguments), the exit code, and what the line must say. */
  record WrongUse(String arguments, int status, List<String> says) {
    WrongUse(String arguments, int status, String... says) {
      this(arguments, status, List.of(says));
    }

    @Override
    public String toString() {
      return arguments.replace("\n", "\\n").replace("\0", "\\0");
    }
  }

  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void startPeer() throws IOException {
    cli = new Cli(folder, 1 << 20);
    Files.write(folder.resolve("2MiB"), new byte[2 << 20]);
    Files.writeString(folder.resolve("small"), "small");
    Files.createFile(folder.resolve("empty.parquet"));
    assertThat(cli.run("put", "small", folder.resolve("small").toString()).status()).isZero();
    assertThat(cli.run("put", "two", folder + "/small", folder + "/small").status()).isZero();
  }

  @AfterEach
  void stopPeer() {
    cli.close();
  }

  static Stream<WrongUse> wrongUses() {
    return Stream.of(
        new WrongUse("get|missing", REFUSED, "missing", "no such object"),
        new WrongUse("stat|missing", REFUSED, "missing", "no such object"),
        new WrongUse("rm|missing", REFUSED, "Cannot discard missing: no such object"),
        new WrongUse("pin|missing", REFUSED, "missing", "no such object"),
        new WrongUse("renew|0123456789abcdef", REFUSED, "Cannot renew lease 012345…", "acquire anew"),
        new WrongUse("renew|", USAGE, "the lease's id is empty"),
        new WrongUse("renew|a|b", USAGE, "b"),
        new WrongUse("import|t|$F/small|--separator|ab", USAGE, "Cannot use \"ab\" between fields", "';'"),
        new WrongUse("import|t|$F/small|--separator|\"", USAGE, "no letter, digit, quote"),
        new WrongUse("import|t|$F/small|--format|idx|--separator|;", USAGE, "--separator is for CSV"),
        new WrongUse("get|draft", REFUSED, "draft"),
        new WrongUse("put|draft", REFUSED, "draft"),
        new WrongUse("put|small", REFUSED, "small"),
        new WrongUse("ls|--socket|$F/none.sock", REFUSED, "packice serve --socket $F/none.sock"),
        new WrongUse("ls|--socket|$F/no such.sock", REFUSED, "packice serve --socket '$F/no such.sock'"),
        new WrongUse("ls|--socket|$F/a'b&c", REFUSED, "packice serve --socket '$F/a'\\''b&c'"),
        new WrongUse("ls|--socket|$F/small", REFUSED, "$F/small"),
        new WrongUse("ls|--socket|ftp://x", REFUSED, "unknown scheme"),
        new WrongUse("ls|--socket|/" + "x".repeat(200), REFUSED, "201 bytes"),
        new WrongUse("put|big|$F/2MiB", REFUSED, "big", "2097152"),
        new WrongUse("put|x|$F/nothing", REFUSED, "Cannot read $F/nothing: no such file"),
        new WrongUse("put|x|$F", REFUSED, "it is a folder"),
        new WrongUse("put|x|$F/small|-", USAGE, "standard input"),
        new WrongUse("put|x|--meta|{\"a\":", USAGE, "Cannot read metadata"),
        new WrongUse("put|x|--meta|[1]", USAGE, "give a JSON object"),
        new WrongUse("put|x|--ttl|soon", USAGE, "Cannot use \"soon\" as a duration"),
        new WrongUse("put|x\ny", USAGE, "Cannot use object id \"x\\u000ay\""),
        new WrongUse("get|", USAGE, "0 bytes"),
        new WrongUse("get", USAGE, "ID", "packice get --help"),
        new WrongUse("get|two", REFUSED, "2; choose with --blob 0 to 1"),
        new WrongUse("get|two|--blob|2", REFUSED, "2; choose with --blob 0 to 1"),
        new WrongUse("get|two|--blob|x", USAGE, "'x' is not an int"),
        new WrongUse("get|small|-o|$F", REFUSED, "it is a folder"),
        new WrongUse("get|small|-o|$F/no/such/folder", REFUSED, "$F/no/such/folder: no such file"),
        new WrongUse("ls|--jsno", USAGE, "--jsno", "--json", "packice ls --help"),
        new WrongUse("ls|a|b", USAGE, "b"),
        new WrongUse("sl", USAGE, "unknown command 'sl'", "packice --help"),
        new WrongUse("--jsno", USAGE, "--jsno"),
        new WrongUse("serve", REFUSED, "a peer is alive there"),
        new WrongUse("serve|--socket|$F/small", REFUSED, "not a socket"),
        new WrongUse("serve|--socket|$F/no/folder/p.sock", REFUSED, "Cannot listen on $F/no/folder/p.sock"),
        new WrongUse("serve|--impl|tape", USAGE, "Cannot serve \"tape\"", "mem, fs, shared-fs, tiered"),
        new WrongUse("serve|--data-dir|$F/data", USAGE, "--data-dir is for files: add --impl fs, shared-fs or tiered"),
        new WrongUse("serve|--disk|1g", USAGE, "--disk is for files: add --impl fs, shared-fs or tiered, or say"),
        new WrongUse("serve|--impl|fs|--memory|1g", USAGE, "--memory is for shared memory: say --disk"),
        new WrongUse("serve|--impl|shared-fs|--memory|1g", USAGE, "--memory is for shared memory: say --disk"),
        new WrongUse("serve|--impl|tiered|--memory|2g|--disk|1g", USAGE,
            "--memory (2.0 GiB) is more than --disk (1.0 GiB)"),
        new WrongUse("serve|--impl|tiered|--memory|1m|--disk|1m|--data-dir|$F/small", REFUSED,
            "$F/small is not a folder"),
        new WrongUse("serve|--impl|shared-fs|--data-dir|$F/small|--disk|1m", REFUSED,
            "Cannot share objects in $F/small",
            "give a folder that this user may write"),
        new WrongUse("serve|--impl|fs|--disk|lots", USAGE, "Cannot use \"lots\" as a number of bytes"),
        new WrongUse("serve|--impl|fs|--data-dir|$F/small|--disk|1m", REFUSED, "$F/small is not a folder"),
        new WrongUse("serve|--impl|fs|--data-dir|$F/small/data|--disk|1m", REFUSED,
            "Cannot keep objects in $F/small/data",
            "give a folder that this user may write"),
        new WrongUse("serve|--impl|fs|--data-dir|/proc/data", REFUSED, "Cannot keep objects in /proc/data"),
        new WrongUse("verify|--data-dir|$F/none", REFUSED, "Cannot find objects in $F/none"),
        new WrongUse("verify|--data-dir|$F", REFUSED, "it has no folder 'objects'"),
        new WrongUse("verify|$F", USAGE, "$F"),
        new WrongUse("serve|--memory|lots", USAGE, "Cannot use \"lots\" as a number of bytes"),
        new WrongUse("serve|--log-level|loud", USAGE, "Cannot log at level \"loud\"; choose error, warn, info, debug"),
        new WrongUse("serve|--log-format|xml", USAGE, "Cannot log as \"xml\"; choose text or json"),
        new WrongUse("serve|--config|$F/none.yaml", USAGE, "Cannot read $F/none.yaml: no such file"),
        new WrongUse("serve|--config|$F", USAGE, "Cannot read $F: it is a folder"),
        new WrongUse("serve|--transport|ftp", USAGE, "Cannot serve over \"ftp\": unknown; choose uds, http"),
        new WrongUse("serve|--shared-paths", USAGE, "--shared-paths is for HTTP: add --transport uds,http"),
        new WrongUse("serve|--transport|http|--http-address|0.0.0.0:1", USAGE, "without a token"),
        new WrongUse("serve|--transport|http|--http-address|here", USAGE, "give HOST:PORT"),
        new WrongUse("serve|--transport|http|--tls-cert|x", USAGE, "say both --tls-cert and --tls-key"),
        new WrongUse("serve|--socket-mode|999", USAGE, "Cannot use \"999\" as a socket's mode"),
        new WrongUse("serve|--socket-mode|0066", USAGE, "with read and write for the owner"),
        new WrongUse("serve|--socket-mode|0600|--allow-gid|7", USAGE,
            "--socket-mode (0600) keeps out whom --allow-uid"),
        new WrongUse("serve|--transport|http|--token-file|$F/none", REFUSED,
            "Cannot read the token file $F/none: there is no such file"),
        new WrongUse("serve|--transport|http|--tls-cert|$F/none|--tls-key|$F/none", REFUSED,
            "Cannot read the certificates in $F/none: there is no such file"),
        new WrongUse("serve|--token-file|$F/small", USAGE, "--token-file is for HTTP: add --transport uds,http"),
        new WrongUse("serve|--http-idle|9s", USAGE, "--http-idle is for HTTP: add --transport uds,http"),
        new WrongUse("serve|--transport|http|--http-header-limit|1", USAGE,
            "Cannot limit heads to 1 bytes; give 1024 to"),
        new WrongUse("serve|--transport|http|--http-header-limit|4g", USAGE, "bytes; give 1024 to 1048576"),
        new WrongUse("serve|--transport|http|--http-body-limit|0", USAGE, "Cannot use \"0\" as a number of bytes"),
        new WrongUse("serve|--transport|http|--http-connections|0", USAGE,
            "Cannot limit connections to 0; give at least 1"),
        new WrongUse("serve|--transport|http|--http-connections|many", USAGE, "'many' is not an int"),
        new WrongUse("serve|--transport|http|--http-idle|9ms", USAGE, "--http-idle (9ms) ends connections"),
        new WrongUse("serve|--transport|http|--http-idle|2d", USAGE, "Cannot limit silence to PT48H"),
        new WrongUse("serve|--transport|http|--http-min-rate|-1", USAGE, "Cannot use \"-1\" as a number of bytes"),
        new WrongUse("serve|--access-log", USAGE, "--access-log is for HTTP"),
        new WrongUse("serve|--transport|http|--access-log|--log-level|warn", USAGE,
            "--access-log logs at the level info: it needs --log-level info or debug, not warn"),
        new WrongUse("ls|--peer|http://127.0.0.1:1", REFUSED, "Cannot reach the peer at http://127.0.0.1:1",
            "nobody listens"),
        new WrongUse("ls|--peer|http://no.such.host.invalid:1", REFUSED, "there is no host of this name"),
        new WrongUse("ls|--peer|http://no host", REFUSED, "Cannot connect to http://no host", "http://HOST:PORT"),
        new WrongUse("ls|--peer|http://127.0.0.1:1/path", REFUSED, "http://HOST:PORT"),
        new WrongUse("ls|--peer|ftp://x", REFUSED, "unknown scheme"),
        new WrongUse("ls|--peer|$F/none.sock", REFUSED, "packice serve --socket $F/none.sock"),
        new WrongUse("ls|--peer|a|--socket|b", USAGE, "--peer and --socket both say where the peer is"),
        new WrongUse("ls|--token-file|$F/small", USAGE, "--token-file is for HTTP: add --peer http://HOST:PORT"),
        new WrongUse("ls|--peer|http://127.0.0.1:1|--tls-trust|$F/small", USAGE, "--tls-trust is for TLS"),
        new WrongUse("ls|--peer|http://127.0.0.1:1|--token-file|$F/none", REFUSED,
            "Cannot read the token file $F/none: there is no such file"),
        new WrongUse("ls|--peer|http://127.0.0.1:1|--token-file|$F", REFUSED, "Cannot read the token file $F"),
        new WrongUse("ls|--peer|http://127.0.0.1:1|--token-file|$F/small", REFUSED,
            "Cannot use a token of 5 characters"),
        new WrongUse("ls|--peer|https://127.0.0.1:1|--tls-trust|$F/none", REFUSED,
            "Cannot read the certificates in $F/none: there is no such file"),
        new WrongUse("ls|--peer|https://127.0.0.1:1|--tls-trust|$F/small", REFUSED, "$F/small", "give a PEM file"),
        new WrongUse("serve|--allow-uid|no.such-user", USAGE, "Cannot find the user \"no.such-user\"", "number"),
        new WrongUse("serve|--allow-gid|no.such-group", USAGE, "Cannot find the group \"no.such-group\""),
        new WrongUse("serve|--allow-gid|--help-me", USAGE, "--help-me"),
        new WrongUse("serve|--allow-uid|", USAGE, "Cannot find the user \"\": that is no name"),
        new WrongUse("serve|--allow-uid|-1", USAGE, "Cannot let the id -1 in; give a number from 0 to"),
        new WrongUse("config|x", USAGE, "x"),
        new WrongUse("put|small|--replace|--ttl|213503982335d", USAGE, "Cannot use \"213503982335d\" as a duration",
            "at most"),
        new WrongUse("put|small|--replace|--ttl|36501d", USAGE, "at most 36500d"),
        new WrongUse("serve|--transport|http|--http-idle|213503982335d", USAGE, "at most 36500d"),
        new WrongUse("serve|--impl|fs|--data-dir|", USAGE, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("verify|--data-dir|", USAGE, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("serve|--config|", USAGE, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("serve|--transport|http|--token-file|", USAGE, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("serve|--socket|", USAGE, "Cannot use \"\" as the path of a Unix socket: it is empty"),
        new WrongUse("serve|--socket|unix://", USAGE,
            "Cannot use \"unix://\" as the path of a Unix socket: it is empty"),
        new WrongUse("get|small|-o|", REFUSED, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("put|x|", REFUSED, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("put|x|$F/small|", REFUSED, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("import|t|", REFUSED, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("export|small|", USAGE, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("weights|import||w", USAGE, "Cannot use \"\" as a path: it is empty"),
        new WrongUse("put|x|$F/a\0b", REFUSED, "Cannot use $F/a?b as a path: it has a zero byte; give another one"),
        new WrongUse("get|small|-o|$F/a\0b", REFUSED, "Cannot use $F/a?b as a path"),
        new WrongUse("import|t|$F/a\0b", REFUSED, "Cannot use $F/a?b as a path"),
        new WrongUse("export|t|$F/a\0b", USAGE, "Cannot use $F/a?b as a path"),
        new WrongUse("verify|--data-dir|$F/a\0b", USAGE, "Cannot use $F/a?b as a path"),
        new WrongUse("ls|--socket|$F/a\0b", REFUSED, "Cannot use $F/a?b as the path of a Unix socket"),
        new WrongUse("put|a\0b", USAGE, "Cannot use object id \"a\\u0000b\""),
        new WrongUse("ls|--socket|$F", REFUSED, "Cannot connect to $F: it is a folder"),
        new WrongUse("ls|--socket|", USAGE, "the peer's address is empty"),
        new WrongUse("ls|--peer|memory://x", USAGE, "memory://x lives within one process"),
        new WrongUse("ls|--peer|http://127.0.0.1:99999", REFUSED, "not of the form http://HOST:PORT"),
        new WrongUse("head|small", REFUSED, "it is an ordinary object; give a table's name"),
        new WrongUse("head|t|-n|-1", USAGE, "-n must be 0 or more, not -1"),
        new WrongUse("weights|nothing", USAGE, "unknown command 'nothing'; see packice weights --help"),
        new WrongUse("help|nothing", USAGE, "unknown subcommand 'nothing'; see packice --help"),
        new WrongUse("help|weights|nothing", USAGE, "unknown subcommand 'nothing'; see packice weights --help"),
        new WrongUse("help|ls|nothing", USAGE, "unknown subcommand 'nothing'; see packice ls --help"),
        new WrongUse("demo|--epochs|0", USAGE, "--epochs must be 1 or more, not 0"),
        new WrongUse("import|t|$F/none.csv", REFUSED, "$F/none.csv: no such file; look at the path"),
        new WrongUse("import|t|$F/empty.parquet", REFUSED, "$F/empty.parquet: it is empty; name another file"),
        new WrongUse("put|x|$F/2MiB|$F/none", REFUSED, "Cannot read $F/none: no such file; look at the path"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongUses")
  void givesOneClearLine(WrongUse use) {
    try (PackiceClient other = Packice.connect(cli.socket); ObjectWriter _ = other.create("draft", 5)) {
      Result result = cli.run(Stream.of(use.arguments().split("\\|", -1)).map(this::inFolder).toArray(String[]::new));
      assertThat(result.status()).as(result.err()).isEqualTo(use.status());
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).hasLineCount(1).startsWith("packice: Cannot ").endsWith("\n")
          .contains("; ").contains(use.says().stream().map(this::inFolder).toList())
          .doesNotContain("Exception", "\tat ");
    }
  }

  private String inFolder(String text) {
    return text.replace("$F", folder.toString());
  }

  @Test
  void aRefusedPutLeavesNoDraftBehind() {
    cli.run("put", "big", folder + "/2MiB");
    assertThat(cli.run("stats").out()).contains("0 drafts");
  }

  @Test
  void debugShowsWhereAFailureCameFrom() {
    Result result = cli.run("get", "missing", "--debug");
    assertThat(result.err()).startsWith("packice: Cannot ").contains("NotFoundException", "\tat io.packice");
    assertThat(Cli.execute(Map.of("PACKICE_SOCKET", cli.socket.toString(), "PACKICE_DEBUG", "1"), "", "get", "missing")
        .err()).contains("\tat io.packice");
  }

  @Test
  void outputThatNobodyReadsAnyMoreEndsTheCommandWithoutAWord() {
    for (String command : List.of("ls", "stats", "get|small", "--help", "ls|--help", "ls|--json")) {
      Result result = runInto("Broken pipe", command);
      assertThat(result.err()).as(command).isEmpty();
      assertThat(result.status()).as(command).isEqualTo(128 + 13);
    }
  }

  @Test
  void outputThatCannotBeWrittenIsOneLine() {
    for (String command : List.of("ls", "stats", "get|small", "--help", "ls|--help")) {
      Result result = runInto("No space left on device", command);
      assertThat(result.err()).as(command)
          .isEqualTo(
              "packice: Cannot write standard output: No space left on device; write it somewhere else\n");
      assertThat(result.status()).as(command).isEqualTo(REFUSED);
    }
  }

  /** With a standard output that fails. */
  private Result runInto(String failure, String command) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream broken = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(failure);
      }
    };
    int status = Main.run(command.split("\\|", -1), new Console(InputStream.nullInputStream(), broken,
        new PrintStream(err, true, StandardCharsets.UTF_8), Map.of("PACKICE_SOCKET", cli.socket.toString())));
    return new Result(status, "", err.toString(StandardCharsets.UTF_8));
  }
}
