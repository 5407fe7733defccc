package io.packice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.command.Console;
import io.packice.core.Peer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The command line against a peer in this process, behind a real socket. */
public final class Cli implements AutoCloseable {
  /** What a command did. */
  public record Result(int status, String out, String err) {
  }

  /** A command that did what it was told. */
  public static Result ok(Result result) {
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  /** A command that did nothing and said why, in one line. */
  public static void refused(Result result, int status, String... says) {
    assertThat(result.err()).hasLineCount(1).startsWith("packice: Cannot ").contains(says).doesNotContain("Exception");
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.out()).isEmpty();
  }

  public final Path socket;
  private final Peer peer;
  private final UdsServer server;

  /** Serves memory of a stated capacity on a socket in the folder. */
  public Cli(Path folder, long capacityBytes) {
    this(folder, MemoryPeer.create(capacityBytes));
  }

  /** Serves a peer, and closes it at the end. */
  public Cli(Path folder, Peer peer) {
    this.peer = peer;
    socket = folder.resolve("p.sock");
    server = UdsServer.open(peer, socket);
  }

  public Result run(String... args) {
    return runWithInput("", args);
  }

  public Result runWithInput(String input, String... args) {
    return execute(Map.of("PACKICE_SOCKET", socket.toString()), input, args);
  }

  public static Result execute(Map<String, String> environment, String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = Main.run(args, new Console(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), out,
        new PrintStream(err, true, StandardCharsets.UTF_8), environment));
    return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.close();
    peer.close();
  }
}
