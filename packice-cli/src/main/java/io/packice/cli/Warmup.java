package io.packice.cli;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cli.command.Console;
import io.packice.cli.demo.Workspace;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the launcher runs once after a build, so that the JVM archives the classes that small commands need. A class that
 * is not loaded here costs time at every start.
 */
final class Warmup {
  private Warmup() {
  }

  /**
   * Runs typical commands against a peer of their own, silently.
   *
   * @param args none
   * @throws IOException if the temporary folder cannot be used
   */
  public static void main(String[] args) throws IOException {
    try (Workspace workspace = Workspace.create("packice-warmup")) {
      Path folder = workspace.folder();
      try (MemoryPeer peer = MemoryPeer.create(1 << 20);
          UdsServer server = UdsServer.open(peer, folder.resolve("packice.sock"))) {
        command(folder, Map.of("PACKICE_SOCKET", server.socket().toString()));
      }
      startOverFiles(folder.resolve("data"));
    }
  }

  private static void command(Path folder, Map<String, String> environment) throws IOException {
    run(environment, "put", "a");
    run(environment, "put", "b", "-", "--replace", "--meta", "{\"x\":1}");
    for (String command : new String[] {"get", "stat", "pin", "unpin"}) {
      run(environment, command, "a");
    }
    run(environment, "stat", "missing");
    run(environment, "ls");
    run(environment, "ls", "--json");
    run(environment, "stats");
    run(environment, "renew", "unknown");
    run(environment, "rm", "a", "b");
    Path csv = Files.writeString(folder.resolve("warm.csv"), "a,b,c\n1,x,2.5\n");
    run(environment, "import", "t", csv.toString());
    run(environment, "head", "t");
    run(environment, "--version");
    run(environment, "--help");
    run(environment, "ls", "--help");
    run(environment, "unknown");
  }

  /** Twice, because the second start finds what the first one left. */
  private static void startOverFiles(Path folder) {
    for (int start = 0; start < 2; start++) {
      try (FileSystemPeer peer = FileSystemPeer.open(folder, 1 << 20);
          PackiceClient client = Packice.connect(peer);
          ObjectWriter writer = client.create("object-" + start, 1)) {
        writer.seal();
      }
    }
  }

  private static void run(Map<String, String> environment, String... args) {
    InputStream in = new ByteArrayInputStream("warm".getBytes(StandardCharsets.UTF_8));
    PrintStream err = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Main.run(args, new Console(in, OutputStream.nullOutputStream(), err, environment));
  }
}
