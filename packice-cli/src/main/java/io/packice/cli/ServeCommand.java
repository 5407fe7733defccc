package io.packice.cli;

import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsAddress;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code packice serve}. */
@Command(name = "serve", description = {"Run a peer: hold objects in shared memory for the processes of this host.",
    "It prints one line when it is ready, logs to standard error, and stops on Ctrl-C or SIGTERM (exit code 130 or"
        + " 143, as usual): the socket goes, and what a process has mapped stays readable in that process."},
    footer = {"  packice serve",
        "  packice serve --memory 4g --socket /run/packice/packice.sock"})
final class ServeCommand extends BaseCommand {
  @Option(names = "--memory", paramLabel = "SIZE",
      description = "The most memory that objects may take, such as 512m or 4g; otherwise half of this machine's.") private @Nullable ByteSize memory;

  @Option(names = "--with-parent", hidden = true,
      description = "End when standard input ends.") private boolean withParent;

  private final CountDownLatch stopping = new CountDownLatch(1);

  ServeCommand(Console console) {
    super(console);
  }

  @Override
  int run() throws IOException {
    ServerLog.toStandardError(console);
    if (withParent) {
      ParentWatch.start(console.in());
    }
    Path socket = UdsAddress.parse(address());
    long capacity = memory == null ? MemoryPeer.defaultCapacityBytes() : memory.bytes();
    try (MemoryPeer peer = MemoryPeer.create(capacity); UdsServer server = UdsServer.open(peer, socket)) {
      Thread atExit = new Thread(() -> stop(server, peer), "packice-stop");
      Runtime.getRuntime().addShutdownHook(atExit);
      announce(server.socket(), capacity);
      awaitStop();
      removeHook(atExit);
    }
    return 0;
  }

  private void announce(Path socket, long capacity) throws IOException {
    if (json()) {
      printJson(Map.of("socket", socket.toString(), "capacity_bytes", capacity, "pid", ProcessHandle.current().pid()));
    } else {
      console.line("Packice listens on " + socket + " (up to " + ByteSize.format(capacity)
          + " of shared memory; Ctrl-C stops it)");
    }
    console.flush();
  }

  /** Until a signal ends the process, or the thread that runs this is interrupted. */
  private void awaitStop() {
    try {
      stopping.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop(UdsServer server, MemoryPeer peer) {
    server.close();
    peer.close();
    ServerLog.stopped(console, server.socket());
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return; // it does the same
    }
  }
}
