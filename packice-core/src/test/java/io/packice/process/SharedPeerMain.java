package io.packice.process;

import io.packice.peers.SharedFileSystemPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;

/** One of several peers over a folder, on a socket, until its standard input ends. */
public final class SharedPeerMain {
  private SharedPeerMain() {
  }

  /** Arguments: the socket's path, the folder, the capacity in bytes, after how many milliseconds of silence others are given up. */
  public static void main(String[] args) throws IOException {
    try (
        SharedFileSystemPeer peer = SharedFileSystemPeer.open(Path.of(args[1]), Long.parseLong(args[2]),
            Duration.ofMillis(Long.parseLong(args[3])));
        UdsServer server = UdsServer.open(peer, Path.of(args[0]))) {
      System.out.println("listening on " + server.socket());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
