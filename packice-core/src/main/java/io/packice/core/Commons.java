package io.packice.core;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a peer agrees on with the other peers of its store: who makes what, what is in the namespace, who reads it. A store of one peer has
 * nothing to agree on, see {@link #alone}.
 *
 * <p>Whoever changes what all peers see does so in its <em>turn</em>: one peer at a time, and one thread of it, has one. Readers take none. All
 * methods are safe from any thread and do I/O; {@link LocalPeer} never calls one while it holds its lock.
 */
public interface Commons {
  /**
   * For a store that one peer has to itself.
   *
   * @param blobs the store
   * @return an agreement with nobody
   */
  static Commons alone(BlobStore blobs) {
    return new AlonePeer(blobs);
  }

  /**
   * Whether there may be other peers.
   *
   * @return false if this peer's own state is all there is
   */
  boolean isShared();

  /**
   * Who shares the store. Without a turn.
   *
   * @return the peers, this one included, in the order of their names; empty if this one is alone
   * @throws StorageException if the store refuses
   */
  List<MemberStatus> members();

  /**
   * Waits for this peer's turn. A thread that has it may take it again.
   *
   * @return the turn; whoever took it closes it
   * @throws StorageException if the store refuses, or the others have given this peer up
   */
  Turn takeTurn();

  /**
   * Looks at everything. Only within a turn.
   *
   * @return what all peers have agreed on by now
   */
  View look();

  /**
   * Looks at one id, without a turn.
   *
   * @param id which
   * @return what there is
   */
  Sighting find(ObjectId id);

  /**
   * Takes an id for a draft of this peer, and bytes for it. Only within a turn whose {@link #look} found neither a draft of the id nor too
   * little room.
   *
   * @param object what is to be made
   * @param bytes what it counts against the capacity
   * @return the claim; the caller ends it by sealing or ending the draft
   */
  Claim claim(StoredObject object, long bytes);

  /**
   * Takes objects out of the namespace unless another peer reads one of them. Only within a turn.
   *
   * @param objects which; all or none of them
   * @param decision called when no other peer reads them and none can begin to; says whether this peer lets them go, too
   * @return whether they are out
   */
  boolean evict(List<BlobStore.Sealed> objects, BooleanSupplier decision);

  /**
   * Keeps an object from eviction by any peer. Only within a turn.
   *
   * @param id which
   */
  void pin(ObjectId id);

  /**
   * Ends the pins of all peers on an object. Only within a turn.
   *
   * @param id which
   */
  void unpin(ObjectId id);

  /** One peer's right to change what all see. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /** An id and bytes that are set aside for a draft. */
  interface Claim {
    /**
     * Makes the draft's bytes.
     *
     * @param byteSize as for {@link BlobStore#allocate}
     * @return the draft
     */
    BlobStore.Draft allocate(OptionalLong byteSize);

    /**
     * Sets more or fewer bytes aside. Only within a turn.
     *
     * @param bytes how many
     */
    void resize(long bytes);

    /** Gives the id and the bytes back; the draft is discarded already, or was never made. Only within a turn. */
    void end();
  }

  /**
   * What one id names at one moment.
   *
   * @param sealed the sealed object; null if there is none
   * @param isBeingMade whether some peer makes one
   */
  record Sighting(BlobStore.@Nullable Recovered sealed, boolean isBeingMade) {
    /** What a peer that is alone sees: nothing that it does not know. */
    static final Sighting NONE = new Sighting(null, false);
  }

  /**
   * Another peer's draft.
   *
   * @param object what it is to be; its blobs are not known
   * @param bytes what it counts
   */
  record ForeignDraft(StoredObject object, long bytes) {
  }

  /**
   * All that peers agree on at one moment.
   *
   * @param sealed sealed objects in the order of their seals
   * @param drafts drafts of other peers
   * @param readers how many other peers read an object; absent for none
   * @param pinned which sealed objects are pinned
   * @param zombies objects out of the namespace whose bytes some peer still reads, and what they count
   * @param quarantined how many damaged objects are set aside
   */
  record View(List<BlobStore.Recovered> sealed, List<ForeignDraft> drafts, Map<BlobStore.Sealed, Integer> readers,
      Set<BlobStore.Sealed> pinned, Map<BlobStore.Sealed, Long> zombies, long quarantined) {
    /** Copies everything. */
    public View {
      sealed = List.copyOf(sealed);
      drafts = List.copyOf(drafts);
      readers = Map.copyOf(readers);
      pinned = Set.copyOf(pinned);
      zombies = Map.copyOf(zombies);
    }
  }
}
