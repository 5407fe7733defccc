package io.packice.transport.uds;

import io.packice.core.Caller;
import io.packice.core.Caller.Authority;
import io.packice.core.ErrorCode;
import io.packice.core.Peer;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StorageException;
import io.packice.internal.os.PeerGroups;
import io.packice.internal.os.PosixFiles;
import io.packice.internal.os.SocketProbe;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketCredentials;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * Puts a peer on a Unix socket: one platform thread accepts, one serves each connection.
 *
 * <p>{@link UdsAccess} says who may connect: by default the user of this process and root. The socket file's mode keeps others out, and the
 * kernel's word on who connects is checked besides; who is refused is told so. Nothing that comes over the socket can stop the server. Whoever opened it closes it; the peer stays open.
 */
public final class UdsServer implements AutoCloseable {
  private static final long ROOT = 0;
  private static final int MAX_REMEMBERED = 1000;
  private static final int MAX_LINGERING = 64;
  private static final long LINGER_MS = 10_000; // a JVM that has just started is slow to ask
  /** How many may wait to be accepted; the kernel makes it less where it allows less (net.core.somaxconn). */
  private static final int BACKLOG = 4096;

  private final Peer peer;
  private final UdsAccess access;
  private final Path socketPath;
  private final Object socketFileKey;
  private final AFUNIXServerSocket listener;
  private final long ownUid;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final HangUps hangUps = new HangUps();
  private final SharedSession.Registry sessions = new SharedSession.Registry();
  private final Set<AFUNIXSocket> lingering = ConcurrentHashMap.newKeySet();
  private final Set<Long> refused = new HashSet<>(); // of the accepting thread; one who tries again and again does not fill the log
  private final Thread acceptor;
  private volatile boolean closed;

  private UdsServer(Peer peer, Path socketPath, AFUNIXServerSocket listener, UdsAccess access) throws IOException {
    this.peer = peer;
    this.access = access;
    this.socketPath = socketPath;
    this.listener = listener;
    Files.setAttribute(socketPath, "unix:mode", access.mode());
    this.socketFileKey = fileKey(socketPath);
    this.ownUid = PosixFiles.ownUid();
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
    return open(peer, socket, UdsAccess.OWNER_ONLY);
  }

  /**
   * Listens on a socket for stated users.
   *
   * @param peer what is served; it stays the caller's
   * @param socket where; the socket of a peer that is dead is replaced
   * @param access who may connect
   * @return the server, listening; the caller closes it
   * @throws PeerUnavailableException if a live peer listens there; stop it first, or choose another path
   * @throws StorageException if the socket cannot be made, for example because its folder is missing
   * @throws IllegalArgumentException if the path is too long for a socket
   */
  public static UdsServer open(Peer peer, Path socket, UdsAccess access) {
    Path path = UdsAddress.checked(socket);
    UdsLibrary.require();
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        removeDead(path);
      }
      AFUNIXServerSocket listener = AFUNIXServerSocket.newInstance();
      try {
        listener.bind(AFUNIXSocketAddress.of(path), BACKLOG);
        return new UdsServer(peer, path, listener, access);
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
    if (!(Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
        && (mode & 0170000) == 0140000)) {
      throw new IOException("it exists and is not a socket");
    }
    OptionalInt alive = SocketProbe.listener(path);
    if (alive.isPresent()) {
      throw new PeerUnavailableException("Cannot listen on " + path + ": a peer is alive there (pid "
          + alive.getAsInt() + "); stop it first, or choose another path");
    }
    Files.deleteIfExists(path);
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

  /** Whatever goes wrong with one connection, the next is accepted: also what the JVM has no memory for, and a log that fails. */
  private void accept() {
    while (!closed) {
      try {
        AFUNIXSocket socket = listener.accept();
        try {
          serve(socket);
        } catch (Throwable failure) {
          endLingering(socket);
          throw failure;
        }
      } catch (Throwable failure) {
        if (!closed) {
          pauseAfterFailure();
          report(failure);
        }
      }
    }
  }

  private void report(Throwable failure) {
    try {
      Log.cannotAccept(socketPath, failure);
    } catch (RuntimeException | Error unreported) {
      failure.addSuppressed(unreported); // there is nobody left to tell
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
    Authority authority = authorityOf(socket, credentials);
    if (authority == null) {
      refuse(socket, credentials);
      return;
    }
    Caller caller = new Caller(OptionalLong.of(credentials.getUid()), OptionalLong.of(credentials.getPid()), authority);
    Connection connection;
    try {
      connection = new Connection(Channel.ofPeer(socket), peer.openSession(caller), caller, sessions, hangUps);
    } catch (IllegalStateException peerClosed) {
      socket.close();
      return;
    }
    connections.add(connection);
    try {
      Log.connected(socketPath, caller);
      start(connection, caller);
    } catch (Throwable notServed) { // a limit of threads, too, must not end those that are served, nor the next to come
      connections.remove(connection);
      connection.close();
      throw notServed;
    }
    if (closed) {
      connection.close();
    }
  }

  private void start(Connection connection, Caller caller) {
    Thread.ofPlatform().daemon().name("packice-uds-" + caller).start(() -> {
      try {
        connection.run();
      } finally {
        connections.remove(connection);
        Log.disconnected(caller);
      }
    });
  }

  /** What whoever connects may change; null if he may not even connect. */
  private @Nullable Authority authorityOf(AFUNIXSocket socket, AFUNIXSocketCredentials credentials)
      throws IOException {
    if (credentials.getUid() == ownUid || credentials.getUid() == ROOT) {
      return Authority.ALL_OBJECTS;
    }
    boolean isAllowed = access.uids().contains(credentials.getUid()) || access.gids().contains(credentials.getGid())
        || (!access.gids().isEmpty() && isMember(socket));
    return isAllowed ? access.objects() : null;
  }

  private boolean isMember(AFUNIXSocket socket) throws IOException {
    int fd = FileDescriptorCast.using(socket.getFileDescriptor()).as(Integer.class);
    try {
      return !Collections.disjoint(PeerGroups.of(fd), access.gids());
    } catch (StorageException unknown) {
      Log.cannotTellGroups(socketPath, unknown);
      return false;
    }
  }

  /**
   * Says why, as far as the socket's buffer takes it at once, so that nobody who does not read can hold others up. The connection stays for
   * a moment: one that is closed too soon is an error to whoever is still asking.
   */
  private void refuse(AFUNIXSocket socket, AFUNIXSocketCredentials credentials) {
    boolean isNews = refused.size() < MAX_REMEMBERED && refused.add(credentials.getUid());
    Log.refusedUser(isNews ? Level.WARNING : Level.DEBUG, socketPath, credentials.getUid(), credentials.getPid());
    try {
      socket.getOutputStream().write(Wire.encode(Response.error(ErrorCode.NOT_PERMITTED,
          "Cannot connect to " + socketPath + " as uid " + credentials.getUid() + ": its peer serves uid " + ownUid
              + " and whom that one lets in; ask for --allow-uid " + credentials.getUid())));
    } catch (IOException gone) {
      Log.connectionLost(gone);
    }
    if (lingering.size() < MAX_LINGERING && lingering.add(socket) && !closed) {
      CompletableFuture.delayedExecutor(LINGER_MS, TimeUnit.MILLISECONDS).execute(() -> endLingering(socket));
    } else {
      endLingering(socket);
    }
  }

  private void endLingering(AFUNIXSocket socket) {
    lingering.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      Log.connectionLost(e);
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
    hangUps.close();
    joinAcceptor();
    lingering.forEach(this::endLingering);
  }

  private void joinAcceptor() {
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
