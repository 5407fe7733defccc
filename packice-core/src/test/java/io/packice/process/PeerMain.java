package io.packice.process;

import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A peer in memory on a socket, until its standard input ends. */
public final class PeerMain {
  private PeerMain() {
  }

  /** Arguments: the socket's path, the capacity in bytes. */
  public static void main(String[] args) throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(Long.parseLong(args[1]));
        UdsServer server = UdsServer.open(peer, Path.of(args[0]))) {
      System.out.println("listening on " + server.socket());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
