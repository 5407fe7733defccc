package io.packice.peers;

import io.packice.backends.file.FileBlobStore;
import io.packice.backends.file.Verification;
import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.core.PeerRoom;
import io.packice.core.Session;
import io.packice.core.StorageException;
import io.packice.core.TimeSource;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A peer whose objects live in files of one folder and outlive it: what was sealed is served again by the next peer on the folder, whatever
 * ended this one. Drafts, leases and pins end with the peer; objects' TTLs go on by the clock on the wall. Closing the peer keeps all that is
 * sealed. {@link FileBlobStore} says how, and what files cannot promise that sealed memory does.
 */
public final class FileSystemPeer implements Peer {
  private final LocalPeer peer;

  private FileSystemPeer(Path dataFolder, long capacityBytes, PeerOptions options) {
    FileBlobStore store = FileBlobStore.open(dataFolder, InstantSource.system());
    try {
      this.peer = new LocalPeer(store, capacityBytes, TimeSource.SYSTEM, options);
    } catch (RuntimeException failure) {
      store.close();
      throw failure;
    }
  }

  /**
   * A peer that may fill half of the disk that the folder is on.
   *
   * @param dataFolder where objects are; made if there is none
   * @return a new peer, which serves what earlier ones have sealed; the caller closes it
   * @throws StorageException if another peer serves the folder, which the message names, if it is one that peers share, or if it cannot be used
   * @throws IllegalArgumentException if more than half of the disk is sealed in the folder already; state a capacity
   */
  public static FileSystemPeer open(Path dataFolder) {
    return open(dataFolder, defaultCapacityBytes(dataFolder));
  }

  /**
   * A peer of a stated capacity.
   *
   * @param dataFolder where objects are; made if there is none
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @return a new peer, which serves what earlier ones have sealed; the caller closes it
   * @throws StorageException if another peer serves the folder, which the message names, or the folder cannot be used
   * @throws IllegalArgumentException if the capacity is not positive, or less than is sealed in the folder already: nothing was changed
   */
  public static FileSystemPeer open(Path dataFolder, long capacityBytes) {
    return open(dataFolder, capacityBytes, PeerOptions.DEFAULT);
  }

  /**
   * A peer of a stated capacity that is not like others in everything. What the folder has beyond the limit of its bookkeeping is served, and evicted as soon as something is created.
   *
   * @param dataFolder where objects are; made if there is none
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @param options such as what room is made of for a request that leaves it open
   * @return a new peer, which serves what earlier ones have sealed; the caller closes it
   * @throws StorageException as for {@link #open(Path, long)}
   * @throws IllegalArgumentException as for {@link #open(Path, long)}
   */
  public static FileSystemPeer open(Path dataFolder, long capacityBytes, PeerOptions options) {
    return new FileSystemPeer(dataFolder, capacityBytes, options);
  }

  /**
   * The capacity of {@link #open(Path)}: half of the disk, full or not.
   *
   * @param dataFolder where objects are or will be
   * @return bytes
   * @throws StorageException if the disk does not tell
   */
  public static long defaultCapacityBytes(Path dataFolder) {
    Path existing = dataFolder.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      FileStore disk = Files.getFileStore(existing);
      return disk.getTotalSpace() / 2;
    } catch (IOException e) {
      throw new StorageException("Cannot tell the size of the disk of " + dataFolder + ": " + e
          + "; state a capacity", e);
    }
  }

  /**
   * Reads every sealed object of a folder and compares it with the checksums that were taken at its seal. A start compares lengths only, so
   * this is what finds a disk that forgets. Changes nothing, and may run while a peer, here or in another process, serves the folder.
   *
   * @param dataFolder where objects are
   * @param progress told how far it is
   * @return what is damaged, and how much was read
   * @throws StorageException if the folder cannot be read or is none of a file-system peer
   */
  public static Verification verify(Path dataFolder, Verification.Progress progress) {
    return Verification.of(dataFolder, progress);
  }

  @Override
  public Session openSession(Caller caller) {
    return peer.openSession(caller);
  }

  @Override
  public Optional<LocalPeer> local() {
    return Optional.of(peer);
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
