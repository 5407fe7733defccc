package io.packice.jmh;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A peer in shared memory, its Unix socket and a client of that, with a scratch folder in memory beside them. */
final class ServedMemory implements AutoCloseable {
  private static final long CAPACITY_BYTES = 8L << 30;

  private final Path folder;
  private final MemoryPeer peer;
  private final UdsServer server;
  private final PackiceClient client;

  private ServedMemory(Path folder) {
    this.folder = folder;
    peer = MemoryPeer.create(CAPACITY_BYTES);
    server = UdsServer.open(peer, folder.resolve("peer.sock"));
    client = Packice.connect(folder.resolve("peer.sock"));
  }

  /** Starts one; whoever does closes it. */
  static ServedMemory start() throws IOException {
    return new ServedMemory(Files.createTempDirectory(Path.of("/dev/shm"), "packice-jmh-"));
  }

  PackiceClient client() {
    return client;
  }

  MemoryPeer peer() {
    return peer;
  }

  /** A file in memory, for what others keep in files. */
  Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    client.close();
    server.close();
    peer.close();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
