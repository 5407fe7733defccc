package io.packice.transport.uds;

import io.packice.core.Caller;
import io.packice.core.Peer;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StorageException;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketCredentials;

/**
 * Puts a peer on a Unix socket: one platform thread accepts, one serves each connection.
 *
 * <p>The socket file is for its owner alone (mode 0600), and the kernel's word on who connects (SO_PEERCRED) is checked besides: the user of
 * this process and root may. Nothing that comes over the socket can stop the server. Whoever opened it closes it; the peer stays open.
 */
public final class UdsServer implements AutoCloseable {
  private static final long ROOT = 0;

  private final Peer peer;
  private final Path socketPath;
  private final Object socketFileKey;
  private final AFUNIXServerSocket listener;
  private final long ownUid;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private volatile boolean closed;

  private UdsServer(Peer peer, Path socketPath, AFUNIXServerSocket listener) throws IOException {
    this.peer = peer;
    this.socketPath = socketPath;
    this.listener = listener;
    Files.setPosixFilePermissions(socketPath, PosixFilePermissions.fromString("rw-------"));
    this.socketFileKey = fileKey(socketPath);
    this.ownUid = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    this.acceptor = Thread.ofPlatform().name("packice-uds-accept").start(this::accept);
  }

  /**
   * Listens on a socket and serves a peer there until closed.
   *
   * @param peer what is served; it stays the caller's
   * @param socket where; the socket of a peer that is dead is replaced
   * @return the server, listening; the caller closes it
   * @throws PeerUnavailableException if a live peer listens there; stop it first, or choose another path
   * @throws StorageException if the socket cannot be made, for example because its folder is missing
   * @throws IllegalArgumentException if the path is too long for a socket
   */
  public static UdsServer open(Peer peer, Path socket) {
    Path path = UdsAddress.checked(socket);
    try {
      if (Files.exists(path)) {
        removeDead(path);
      }
      AFUNIXServerSocket listener = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(path));
      try {
        return new UdsServer(peer, path, listener);
      } catch (Throwable failure) {
        listener.close();
        throw failure;
      }
    } catch (IOException e) {
      throw new StorageException(
          "Cannot listen on " + path + ": " + e.getMessage() + "; check its folder, or choose another path", e);
    }
  }

  /** A socket file that nobody listens behind is left over from a peer that was killed. */
  private static void removeDead(Path path) throws IOException {
    if (!(Files.getAttribute(path, "unix:mode") instanceof Integer mode && (mode & 0170000) == 0140000)) {
      throw new IOException("it exists and is not a socket");
    }
    try (AFUNIXSocket probe = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(path))) {
      throw new PeerUnavailableException("Cannot listen on " + path + ": a peer is alive there (pid "
          + probe.getPeerCredentials().getPid() + "); stop it first, or choose another path");
    } catch (IOException nobodyListens) {
      Files.delete(path);
    }
  }

  private static Object fileKey(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino");
  }

  /**
   * Where it listens.
   *
   * @return the socket's absolute path
   */
  public Path socket() {
    return socketPath;
  }

  private void accept() {
    while (!closed) {
      try {
        serve(listener.accept());
      } catch (IOException e) {
        if (!closed) {
          Log.cannotAccept(socketPath, e);
          pauseAfterFailure();
        }
      }
    }
  }

  /** So that a lasting failure, such as too many open files, does not fill the log and a processor. */
  private static void pauseAfterFailure() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(AFUNIXSocket socket) throws IOException {
    AFUNIXSocketCredentials credentials = socket.getPeerCredentials();
    if (credentials.getUid() != ownUid && credentials.getUid() != ROOT) {
      Log.refusedUser(socketPath, credentials.getUid(), credentials.getPid());
      socket.close();
      return;
    }
    Caller caller = new Caller(OptionalLong.of(credentials.getUid()), OptionalLong.of(credentials.getPid()));
    Connection connection;
    try {
      connection = new Connection(new Channel(socket, Wire.MAX_REQUEST_BYTES), peer.openSession(caller));
    } catch (IllegalStateException peerClosed) {
      socket.close();
      return;
    }
    connections.add(connection);
    Thread.ofPlatform().daemon().name("packice-uds-" + caller).start(() -> {
      try {
        connection.run();
      } finally {
        connections.remove(connection);
      }
    });
    if (closed) {
      connection.close();
    }
  }

  /** Stops listening, ends every connection and removes the socket file. A second close does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (Files.exists(socketPath) && fileKey(socketPath).equals(socketFileKey)) {
        Files.delete(socketPath); // still ours, not that of a peer that came after
      }
      listener.close();
    } catch (IOException e) {
      Log.cannotClose(socketPath, e);
    }
    connections.forEach(Connection::close);
    joinAcceptor();
  }

  private void joinAcceptor() {
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
