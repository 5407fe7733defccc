package io.packice.transport.uds;

import io.packice.core.NotPermittedException;
import io.packice.core.PeerUnavailableException;
import io.packice.internal.os.SocketProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Connects to the socket of a peer, and says in words why it cannot. */
final class Dial {
  private Dial() {
  }

  /**
   * A new connection to whoever listens there; the caller closes it.
   *
   * @throws IOException if there is none; {@link #failure} says why
   */
  static Channel connect(Path socket) throws IOException {
    AFUNIXSocket connection = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(socket));
    try {
      return Channel.ofClient(connection);
    } catch (Throwable failure) {
      connection.close();
      throw failure;
    }
  }

  /**
   * Refuses a path that cannot be a peer's, and a process that cannot use sockets.
   *
   * @throws PeerUnavailableException if no socket is there
   * @throws io.packice.core.StorageException if this process cannot use Unix sockets at all
   */
  static void requireSocket(Path path) {
    if (!Files.exists(path)) {
      throw new PeerUnavailableException(
          "Cannot connect to " + path + ": there is no socket; start a peer with: " + serveCommand(path));
    }
    if (Files.isDirectory(path)) {
      throw new PeerUnavailableException(
          "Cannot connect to " + path + ": it is a folder; give the path of the socket in it");
    }
    UdsLibrary.require();
  }

  /** Why there is no connection. */
  static RuntimeException failure(Path path, IOException why) {
    if (!Files.isWritable(path)) {
      return new NotPermittedException("Cannot connect to " + path
          + ": this user may not; the peer's owner can let it in: packice serve --allow-uid or --allow-gid", why);
    }
    if (SocketProbe.listener(path).isPresent()) {
      return new PeerUnavailableException(
          "Cannot connect to " + path + ": " + why.getMessage() + "; its peer is alive, try again", why);
    }
    return new PeerUnavailableException("Cannot connect to " + path + ": " + why.getMessage()
        + "; no peer listens there, start one with: " + serveCommand(path), why);
  }

  static String serveCommand(Path socket) {
    return "packice serve --socket " + UdsAddress.forShell(socket);
  }
}
