package io.packice.internal.os;

import io.packice.core.StorageException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The groups of whoever connected to a Unix socket. Safe from any thread. */
public final class PeerGroups {
  private PeerGroups() {
  }

  /**
   * The supplementary groups of the process at the other end, as the kernel knew them when it connected. The process's own group, which
   * SO_PEERCRED tells, need not be among them.
   *
   * @param fd a connected Unix socket
   * @return group ids
   * @throws StorageException if the kernel does not tell, because it is older than Linux 4.13 or the descriptor is no connected Unix socket
   */
  public static Set<Long> of(int fd) {
    try {
      return Arrays.stream(Posix.peerGroups(fd)).mapToObj(Integer::toUnsignedLong).collect(Collectors.toSet());
    } catch (PosixException e) {
      throw Descriptor.failure("ask for the groups of a connection", e);
    }
  }
}
