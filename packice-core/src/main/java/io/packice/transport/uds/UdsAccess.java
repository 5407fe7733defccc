package io.packice.transport.uds;

import io.packice.core.Caller.Authority;
import java.util.Set;

/**
 * Who may use a peer over a Unix socket. The kernel's word on who connects decides (SO_PEERCRED, SO_PEERGROUPS): the user of the peer's
 * process and root may always, and change all objects.
 *
 * @param mode the socket file's permissions, as in chmod: 0 to 0777, with read and write for its owner. To connect, a process needs the right
 *     to write
 * @param uids other users who may connect
 * @param gids groups whose members may connect
 * @param objects whose objects the users and members of {@code uids} and {@code gids} may discard, replace and pin
 */
public record UdsAccess(int mode, Set<Long> uids, Set<Long> gids, Authority objects) {
  /** The user of the peer's process and root, and nobody else. */
  public static final UdsAccess OWNER_ONLY = new UdsAccess(0600, Set.of(), Set.of(), Authority.OWN_OBJECTS);

  private static final int MAX_MODE = 0777;
  private static final int OWNER_READS_AND_WRITES = 0600;
  private static final int OTHERS_WRITE = 0022;
  private static final long MAX_ID = 0xffff_fffeL;

  /**
   * Checks the access as a whole.
   *
   * @throws IllegalArgumentException if the mode is none, or shuts out who is allowed in, or an id is out of range
   */
  public UdsAccess {
    uids = Set.copyOf(uids);
    gids = Set.copyOf(gids);
    if (mode < 0 || mode > MAX_MODE || (mode & OWNER_READS_AND_WRITES) != OWNER_READS_AND_WRITES) {
      throw new IllegalArgumentException("Cannot give a socket the mode " + Integer.toOctalString(mode)
          + "; give 0600 to 0777, with read and write for its owner");
    }
    if ((mode & OTHERS_WRITE) == 0 && !(uids.isEmpty() && gids.isEmpty())) {
      throw new IllegalArgumentException("Cannot let uids " + uids + " and gids " + gids
          + " in with the socket mode 0" + Integer.toOctalString(mode)
          + ", which keeps all but its owner out; give 0660 or 0666");
    }
    uids.forEach(UdsAccess::requireId);
    gids.forEach(UdsAccess::requireId);
  }

  private static void requireId(long id) {
    if (id < 0 || id > MAX_ID) {
      throw new IllegalArgumentException("Cannot let the id " + id + " in; give a number from 0 to " + MAX_ID);
    }
  }
}
