package io.packice.peers;

import io.packice.backends.file.Verification;
import io.packice.backends.sharedfs.SharedFileBlobStore;
import io.packice.backends.sharedfs.SharedVerification;
import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.core.PeerRoom;
import io.packice.core.Session;
import io.packice.core.StorageException;
import io.packice.core.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * One of several peers, in processes of one host or of many, that share the objects in one folder, such as one on NFS: an id is made by one
 * of them, what one seals all see, and what one reads no other takes away. Sealed objects outlive all of them. Drafts, leases and pins end with
 * their peer: when it closes, or when the others have heard nothing of it for the timeout. {@link SharedFileBlobStore} draws the folder,
 * states the rules and says what the file system must provide.
 *
 * <p>What is different from a peer that is alone:
 * <ul>
 * <li>Every change takes a turn among the peers, a few small file operations; listings and statistics do, too. Readers take none.
 * <li>A waiter learns of another peer's seal within 10 ms, by looking.
 * <li>What is evicted first is what was used least recently as far as the evicting peer has seen: it sees its own uses, and others' leases at
 * its looks.
 * <li>A status counts one lease for every other peer that has any; hits, misses, evictions, refusals, leases and sessions of the statistics are this
 * peer's own, objects and bytes are the folder's.
 * <li>A lease on a member of a group keeps that member, and the group from eviction, but not what of the group is replaced or discarded meanwhile, by
 * whichever peer: its leases say no {@link io.packice.core.Lease#asOf}. So who reads a table while it is replaced may find a part gone, and opens the table anew.
 * <li>Unpinning ends the pins of all peers on the object.
 * <li>It cannot be a tier of a {@link io.packice.peers.tiered.TieredPeer}, which remembers what it did to its tiers.
 * </ul>
 */
public final class SharedFileSystemPeer implements Peer {
  /** After how long a silence the others give a peer up, unless told otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final LocalPeer peer;

  private SharedFileSystemPeer(Path folder, long capacityBytes, Duration timeout, PeerOptions options) {
    TimeSource time = TimeSource.SYSTEM;
    SharedFileBlobStore store =
        SharedFileBlobStore.open(folder, capacityBytes, InstantSource.system(), time, timeout);
    try {
      this.peer = new LocalPeer(store, capacityBytes, time, options);
    } catch (RuntimeException failure) {
      store.close();
      throw failure;
    }
  }

  /**
   * Joins the peers of a folder.
   *
   * @param folder where objects are; made if there is none
   * @param capacityBytes the most bytes that all peers together hold in it, in whole pages; the same for all of them, more than 0
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException if the capacity is not positive, or the folder's peers have agreed on another one, which the message names
   * @throws StorageException if the folder cannot be used, or is that of a peer that has it to itself
   */
  public static SharedFileSystemPeer open(Path folder, long capacityBytes) {
    return open(folder, capacityBytes, DEFAULT_TIMEOUT);
  }

  /**
   * Joins the peers of a folder that give each other up sooner or later than usual.
   *
   * @param folder where objects are; made if there is none
   * @param capacityBytes as for {@link #open(Path, long)}
   * @param timeout after how long a silence the others are given up; the same for all of them. A peer that is stopped for longer, by a
   *     suspended machine for example, must be closed and opened anew
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException as for {@link #open(Path, long)}, and if the timeout is not positive
   * @throws StorageException if the folder cannot be used
   */
  public static SharedFileSystemPeer open(Path folder, long capacityBytes, Duration timeout) {
    return open(folder, capacityBytes, timeout, PeerOptions.DEFAULT);
  }

  /**
   * Joins the peers of a folder with a peer that is not like others in everything. Its bookkeeping is of what all of them have made.
   *
   * @param folder where objects are; made if there is none
   * @param capacityBytes as for {@link #open(Path, long)}
   * @param timeout as for {@link #open(Path, long, Duration)}
   * @param options such as what room is made of for a request to this peer that leaves it open; the others may do otherwise
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException as for {@link #open(Path, long, Duration)}
   * @throws StorageException if the folder cannot be used
   */
  public static SharedFileSystemPeer open(Path folder, long capacityBytes, Duration timeout, PeerOptions options) {
    if (capacityBytes <= 0 || !timeout.isPositive()) {
      throw new IllegalArgumentException("Cannot share " + folder + " with a capacity of " + capacityBytes
          + " bytes and a timeout of " + timeout + "; give more than 0");
    }
    return new SharedFileSystemPeer(folder, capacityBytes, timeout, options);
  }

  /**
   * Reads every sealed object of a shared folder and compares it with the checksums that were taken at its seal. Changes nothing, joins
   * nobody, and may run while peers share the folder.
   *
   * @param folder where objects are
   * @param progress told how far it is
   * @return what is damaged, and how much was read
   * @throws StorageException if the folder cannot be read or is not shared by peers
   */
  public static Verification verify(Path folder, Verification.Progress progress) {
    return SharedVerification.of(folder, progress);
  }

  /**
   * Whether a folder is one that peers share, or have shared.
   *
   * @param folder any path
   * @return false also if there is none
   */
  public static boolean isSharedFolder(Path folder) {
    return SharedVerification.isSharedFolder(folder);
  }

  @Override
  public Session openSession(Caller caller) {
    return peer.openSession(caller);
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public PeerRoom room(long objects) {
    return peer.room(objects);
  }

  @Override
  public void close() {
    peer.close();
  }
}
