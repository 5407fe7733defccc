package io.packice.jmh;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.nio.file.Path;

/** A peer in shared memory, its Unix socket and a client of that, with a scratch folder in memory beside them. */
final class ServedMemory implements AutoCloseable {
  private static final long CAPACITY_BYTES = 8L << 30;

  private final ScratchFolder folder;
  private final MemoryPeer peer;
  private final UdsServer server;
  private final PackiceClient client;

  private ServedMemory(ScratchFolder folder) {
    this.folder = folder;
    peer = MemoryPeer.create(CAPACITY_BYTES);
    server = UdsServer.open(peer, file("peer.sock"));
    client = Packice.connect(file("peer.sock"));
  }

  /** Starts one; whoever does closes it. */
  static ServedMemory start() throws IOException {
    return new ServedMemory(ScratchFolder.inMemory());
  }

  PackiceClient client() {
    return client;
  }

  MemoryPeer peer() {
    return peer;
  }

  /** A file in memory, for what others keep in files. */
  Path file(String name) {
    return folder.path().resolve(name);
  }

  @Override
  public void close() {
    try (folder; peer; server; client) {
      // in this order, from the last
    }
  }
}
