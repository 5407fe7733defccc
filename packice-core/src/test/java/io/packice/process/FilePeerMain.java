package io.packice.process;

import io.packice.peers.FileSystemPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A peer over files on a socket, until its standard input ends. */
public final class FilePeerMain {
  private FilePeerMain() {
  }

  /** Arguments: the socket's path, the data folder, the capacity in bytes. */
  public static void main(String[] args) throws IOException {
    try (FileSystemPeer peer = FileSystemPeer.open(Path.of(args[1]), Long.parseLong(args[2]));
        UdsServer server = UdsServer.open(peer, Path.of(args[0]))) {
      System.out.println("listening on " + server.socket());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
