package io.packice.backends.sharedfs;

import io.packice.backends.file.DamagedException;
import io.packice.backends.file.DraftFile;
import io.packice.backends.file.FileName;
import io.packice.backends.file.Manifest;
import io.packice.core.BlobStore;
import io.packice.core.Commons;
import io.packice.core.LeaseExpiredException;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.core.TimeSource;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects in files of a folder that several peers share, on one host or on many. The folder is the namespace and the ledger:
 *
 * <pre>
 *   FOLDER/shared.json           format and capacity, agreed by whoever came first
 *   FOLDER/peers/PEER            the heartbeat of a peer: a number that changes, and where it runs
 *   FOLDER/turns/N, N.free       whose turn it is to change what all see, see {@link TurnLock}
 *   FOLDER/changed               the last turn that changed objects/ or retired/; without it, they may have changed
 *   FOLDER/claims/HASH           the one draft of an id: its peer, and its bytes against the capacity
 *   FOLDER/data/NAME.draft       bytes of a draft
 *   FOLDER/data/NAME             bytes of a sealed object, mode 0400
 *   FOLDER/objects/HASH          the manifest of what the id names: what makes an object exist
 *   FOLDER/retired/NAME          the manifest of a version out of the namespace that somebody may still read
 *   FOLDER/leases/NAME.PEER      that peer has at least one lease on that version
 *   FOLDER/evicting/HASH         it is being decided whether the object goes
 *   FOLDER/pins/HASH.PEER        pinned through that peer
 *   FOLDER/quarantine/HASH       the manifest of what was found damaged
 *   FOLDER/tmp/PEER-*            being written; of no worth to others
 * </pre>
 *
 * <p>HASH and NAME are those of {@link FileName}; PEER is 128 random bits, new in every life.
 *
 * <h2>Rules</h2>
 * <ul>
 * <li><b>Turns.</b> Claims, seals, discards, evictions and pins are made by the peer whose turn it is, after a look at the folder. So an id is
 * claimed once and the capacity holds across peers: sealed objects, claims and what is retired but still read never pass it.
 * <li><b>Seal.</b> The slow part, checksums and writing to disk, needs no turn. In its turn the peer links what the id names into
 * {@code retired/}, renames the new manifest over it, which is the moment of the seal, and removes the claim.
 * <li><b>Read.</b> A reader takes no turn. It makes its mark in {@code leases/}, waits while {@code evicting/} has the id, and then looks
 * whether the manifest is still in place. If it is, nobody takes the bytes away until the mark goes. If not, it removes the mark and looks the
 * id up anew.
 * <li><b>Evict.</b> Mark the id in {@code evicting/}, then look for marks of other readers. If there are some, the object stays; if there are none,
 * whoever marks later waits and finds the manifest gone. In either order one of the two sees the other.
 * <li><b>Discard and replace.</b> The manifest goes to {@code retired/}; the bytes and the retired manifest go with the last mark, removed by
 * whoever removes the mark or by whoever retired it, whichever comes second.
 * <li><b>Death.</b> A peer whose heartbeat another one sees unchanged for the timeout, on that one's own clock, is given up: first its heartbeat
 * file goes, then its drafts, claims, marks and pins. A peer that finds its heartbeat file gone refuses everything from then on. Whatever
 * step a peer died in, what is sealed stays: each step is one rename or link, and a turn that was cut short is tidied up by the next.
 * </ul>
 *
 * <h2>What the file system must provide</h2>
 * Atomic {@code link} and {@code rename}, exclusive creation, and that a name or a content that one host has changed is seen by another that
 * opens it afterwards (close-to-open). NFS does with {@code actimeo=0} and {@code lookupcache=none}; without, hosts remember for seconds
 * that a name was not there. No file locks are used. Two limits remain. A peer that is stopped for longer than the timeout in the middle of a turn
 * and then goes on may do one more step of it; it looks before each, but looking and doing are two operations. And on NFS the bytes that such a
 * peer's clients map may vanish under them.
 *
 * <p>Tried: peers in processes of one host on tmpfs and ext4, killed by hundreds under load; random histories in which peers fall silent, wake up
 * again or are given up; turns taken out of listings that are older than they should be; a full disk. Not tried: a real NFS, and peers on
 * several hosts, whose caches may be stale in more ways than a listing.
 *
 * <p>Object TTLs go by the wall clocks of the hosts, which should agree as well as TTLs are meant. A sealed object costs no descriptor.
 * Safe from any thread.
 */
public final class SharedFileBlobStore implements BlobStore {
  private static final long DECISION_PAUSE_NANOS = 500_000;
  private static final int PATIENCE_TIMEOUTS = 10;

  final SharedFolder folder;
  final Members members;
  final InstantSource clock;
  final TurnLock turns;
  final Index index;
  private final FolderCommons commons;
  private final Duration timeout;
  /** The undertaker's and that of the heart, to be stopped in this order. */
  private final List<Pulse> pulses;
  private final Map<FileName, SharedSealed> handles = new ConcurrentHashMap<>();
  private volatile boolean lost;

  /** Who tells others that this peer is alive, and looks whether they are. */
  enum Pace {
    /** Threads of its own, again and again. */
    BACKGROUND,
    /** Whoever calls {@link #beat} and {@link #buryTheDead}, and nobody else. */
    BY_HAND
  }

  private SharedFileBlobStore(SharedFolder folder, Members members, InstantSource clock, Duration timeout, Pace pace) {
    this.folder = folder;
    this.clock = clock;
    this.timeout = timeout;
    this.members = members;
    this.turns = new TurnLock(folder, members, timeout.multipliedBy(PATIENCE_TIMEOUTS).toNanos());
    this.index = new Index(this);
    this.commons = new FolderCommons(this);
    this.pulses = switch (pace) {
      case BACKGROUND -> {
        Pulse heartbeat = new Pulse("heartbeat", members.interval(), this::beat);
        yield List.of(new Pulse("undertaker", members.interval(), commons::buryTheDead), heartbeat);
      }
      case BY_HAND -> List.of();
    };
  }

  /**
   * Joins the peers of a folder, and makes it if there is none.
   *
   * @param root where
   * @param capacityBytes what all peers have agreed on
   * @param clock the clock on the wall, for objects' TTLs
   * @param beats what the silence of others is timed by
   * @param timeout after how long a silence a peer is given up; the same for all peers
   * @return a store; the caller, or the peer that it is given to, closes it
   * @throws IllegalArgumentException if the peers have agreed on another capacity; the message names it
   * @throws StorageException if the folder cannot be used
   */
  public static SharedFileBlobStore open(Path root, long capacityBytes, InstantSource clock, TimeSource beats,
      Duration timeout) {
    return open(root, capacityBytes, clock, beats, timeout, Pace.BACKGROUND);
  }

  static SharedFileBlobStore open(Path root, long capacityBytes, InstantSource clock, TimeSource beats,
      Duration timeout, Pace pace) {
    SharedFolder folder = SharedFolder.open(root);
    Members members = new Members(folder, ObjectId.random().value(), beats, timeout);
    members.join();
    try {
      folder.agree(capacityBytes, members.own);
    } catch (Throwable failure) {
      members.leave();
      throw failure;
    }
    return new SharedFileBlobStore(folder, members, clock, timeout, pace);
  }

  /** Tells the others that this peer is alive; false, and from then on all is refused, if they have given it up. */
  boolean beat() {
    if (!members.beatOnce()) {
      lost = true;
      Log.lost(folder.root());
    }
    return !lost;
  }

  void requireAlive() {
    if (lost) {
      throw new StorageException(
          "Cannot use " + folder.root() + ": other peers have given up this one, which was silent "
              + "for more than " + timeout.toMillis() + " ms; close it and start anew");
    }
  }

  /** Gives up the peers that this one has seen silent for the timeout. */
  void buryTheDead() {
    boolean _ = commons.buryTheDead();
  }

  @Override
  public Commons commons() {
    return commons;
  }

  @Override
  public Recovery recover() {
    try (Commons.Turn _ = commons.takeTurn()) {
      commons.sweep();
      Commons.View view = commons.look();
      return new Recovery(view.sealed(), view.quarantined());
    }
  }

  /** Never called: a peer with others allocates by its claims. */
  @Override
  public Draft allocate(ObjectId id, OptionalLong byteSize) {
    throw new IllegalStateException("Cannot make " + id + " without a claim on it");
  }

  // ---- versions

  SharedSealed handle(Manifest manifest) {
    return handles.computeIfAbsent(FileName.of(manifest.object().id(), manifest.version()),
        _ -> new SharedSealed(this, manifest));
  }

  @Nullable
  SharedSealed known(FileName name) {
    return handles.get(name);
  }

  /** What a manifest names; null if there is none, or it is damaged, which the next look in a turn deals with. */
  @Nullable
  SharedSealed read(Path manifest) {
    byte[] bytes = SmallFiles.read(manifest);
    if (bytes == null) {
      return null;
    }
    try {
      return handle(Manifest.parse(bytes));
    } catch (DamagedException e) {
      return null;
    }
  }

  /** Whether the object is in the namespace, now that this peer's mark is there. */
  boolean isInPlace(SharedSealed sealed) {
    requireAlive();
    long start = System.nanoTime();
    while (Files.exists(folder.evicting(sealed.object.id()))) {
      if (System.nanoTime() - start > PATIENCE_TIMEOUTS * timeout.toNanos()) {
        throw new StorageException(
            "Cannot read " + sealed.object.id() + ": for " + PATIENCE_TIMEOUTS * timeout.toMillis()
                + " ms it has been undecided whether it is evicted; see whether a peer of " + folder.root() + " hangs");
      }
      LockSupport.parkNanos(DECISION_PAUSE_NANOS);
    }
    return isNamed(sealed);
  }

  private boolean isNamed(SharedSealed sealed) {
    return sealed.equals(read(folder.object(sealed.object.id())));
  }

  /** Takes a version out of the namespace if it is in it. Within a turn. */
  void retire(SharedSealed sealed) {
    if (isNamed(sealed)) {
      turns.requireHeld();
      index.announce(turns.number());
      PosixFiles.rename(folder.object(sealed.object.id()), folder.retired(sealed.name));
      PosixFiles.syncFolder(folder.objects());
      index.objects.remove(sealed.name.hash(), sealed);
      index.retired.put(sealed.name, sealed);
      commons.unpin(sealed.object.id());
    }
  }

  /** Frees the bytes of a retired version that nobody reads. */
  void collect(SharedSealed sealed) {
    if (isZombie(sealed) && !isNamed(sealed)
        && SmallFiles.names(folder.leases()).stream().noneMatch(mark -> marks(mark, sealed))) {
      PosixFiles.remove(folder.data(sealed.name));
      PosixFiles.remove(folder.retired(sealed.name));
    }
    if (!Files.exists(folder.data(sealed.name))) {
      handles.remove(sealed.name, sealed);
    }
  }

  static boolean marks(String mark, SharedSealed sealed) {
    return SharedFolder.subject(mark).equals(sealed.name.toString());
  }

  /** Whether it is out of the namespace and its bytes are still there. */
  boolean isZombie(SharedSealed sealed) {
    return Files.exists(folder.retired(sealed.name));
  }

  // ---- drafts, within a turn

  private boolean isOurs(SharedClaim claim) {
    return claim.toText().equals(SmallFiles.text(folder.claim(new ObjectId(claim.id()))));
  }

  SharedClaim resize(SharedClaim claim, long bytes) {
    turns.requireHeld();
    SharedClaim resized = claim.withBytes(bytes);
    Path made = folder.tmp(members.own + "-" + claim.name());
    SmallFiles.write(made, resized.toText());
    PosixFiles.rename(made, folder.claim(new ObjectId(claim.id())));
    return resized;
  }

  void unclaim(SharedClaim claim) {
    if (isOurs(claim)) {
      PosixFiles.remove(folder.claim(new ObjectId(claim.id())));
    }
  }

  Sealed seal(SharedClaim claim, DraftFile file, StoredObject object, List<Integer> checksums) {
    requireAlive();
    turns.requireHeld();
    if (!isOurs(claim)) {
      throw new LeaseExpiredException(
          "Cannot seal " + object.id() + ": other peers have given up this one; create it anew");
    }
    Manifest manifest = new Manifest(object, claim.version(), clock.instant(), checksums);
    Path made = folder.tmp(members.own + "-" + claim.name());
    SharedSealed sealed = handle(manifest);
    SharedSealed old;
    try {
      sealed.holdDraft();
      DraftFile.write(manifest.toBytes(), made);
      file.moveTo(folder.data(sealed.name));
      try {
        PosixFiles.syncFolder(folder.data()); // first: no power cut leaves a manifest without its data
        old = putInPlace(made, sealed);
      } catch (Throwable failure) {
        file.moveBack(folder.data(sealed.name));
        throw failure;
      }
    } catch (Throwable failure) {
      PosixFiles.remove(made);
      sealed.unhold();
      throw failure;
    }
    unclaim(claim);
    if (old != null) {
      collect(old);
    }
    return sealed;
  }

  /** Gives what was replaced; null if nothing was. */
  private @Nullable SharedSealed putInPlace(Path manifest, SharedSealed sealed) {
    Path place = folder.object(sealed.object.id());
    index.announce(turns.number());
    SharedSealed old = read(place);
    if (old != null) {
      boolean _ = SmallFiles.link(place, folder.retired(old.name));
    }
    PosixFiles.rename(manifest, place);
    try {
      PosixFiles.syncFolder(folder.objects());
    } catch (Throwable failure) {
      PosixFiles.rename(old == null ? place : folder.retired(old.name), old == null ? manifest : place);
      throw failure;
    }
    index.objects.put(sealed.name.hash(), sealed);
    if (old != null) {
      index.retired.put(old.name, old);
    }
    return old;
  }

  /**
   * Leaves the others: this peer's marks, pins and heartbeat go, what is sealed stays. What a broken disk keeps of them is left to the others, who give this
   * peer up in the end. A second close does nothing.
   */
  @Override
  public void close() {
    pulses.forEach(Pulse::close);
    try {
      commons.removeMarksOf(members.own::equals);
      members.leave();
    } catch (PackiceException failure) {
      Log.cannotLeave(folder.root(), failure);
    }
  }
}
