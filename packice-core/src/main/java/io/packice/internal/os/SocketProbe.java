package io.packice.internal.os;

import io.packice.core.StorageException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Looks who listens on a Unix socket. Safe from any thread. */
public final class SocketProbe {
  private SocketProbe() {
  }

  /**
   * Which process listens there. Only the kernel's word that nobody does counts as such: who may not connect, has no descriptor left for it, or finds
   * a queue that is full, knows nothing.
   *
   * @param socket a path of at most 107 bytes, of a socket
   * @return its process id; empty if nobody listens, or nothing is there any more
   * @throws StorageException if it cannot be told
   */
  public static OptionalInt listener(Path socket) {
    int fd = -1;
    try {
      fd = Posix.socket();
      Posix.connect(fd, socket.toString());
      return OptionalInt.of(Posix.peerPid(fd));
    } catch (PosixException e) {
      if (e.is(Constant.ECONNREFUSED) || e.is(Constant.ENOENT)) {
        return OptionalInt.empty();
      }
      throw Descriptor.failure("tell whether a peer is alive at " + socket, e);
    } finally {
      close(fd);
    }
  }

  private static void close(int fd) {
    if (fd >= 0) {
      try {
        Posix.close(fd);
      } catch (PosixException e) {
        throw Descriptor.failure("close a socket", e);
      }
    }
  }
}
