package io.packice.core;

import io.packice.core.ObjectEntry.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a peer's state in step with what other peers of its store do. Nothing that it takes out of the state is taken out of the store:
 * others have done that. Guarded by the peer's lock.
 */
final class Mirror {
  private final PeerState state;
  private final Map<BlobStore.Sealed, Long> zombies = new HashMap<>();
  private long stamp;

  Mirror(PeerState state) {
    this.state = state;
  }

  /** A number that is another one after every change of the namespace: what was looked up before it may be out of date. */
  long stamp() {
    return stamp;
  }

  void changed() {
    stamp++;
  }

  /** Takes over all that was seen in a turn of this peer. */
  void follow(Commons.View view, long nowNanos) {
    Map<ObjectId, BlobStore.Recovered> now = new HashMap<>();
    view.sealed().forEach(found -> now.put(found.object().id(), found));
    for (ObjectEntry entry : state.namespace.sealedFrom("", null).toList()) {
      BlobStore.Recovered found = now.get(entry.object.id());
      if (found == null || !found.bytes().equals(entry.sealed)) {
        forget(entry);
      }
    }
    followDrafts(view.drafts());
    view.sealed().forEach(found -> add(found, nowNanos));
    Set<BlobStore.Sealed> pinned = new HashSet<>(view.pinned());
    for (ObjectEntry entry : state.namespace.sealedFrom("", null).toList()) {
      followReaders(entry, view.readers().getOrDefault(Objects.requireNonNull(entry.sealed), 0));
      if (pinned.contains(entry.sealed)) {
        state.pin(entry);
      } else {
        state.unpin(entry);
      }
    }
    followZombies(view.zombies());
    state.top.quarantined = view.quarantined();
  }

  /** Takes over what was seen of one id, without a turn. Null for the object if there is none to lease. */
  @Nullable
  ObjectEntry follow(ObjectId id, BlobStore.@Nullable Recovered found, long nowNanos) {
    ObjectEntry entry = state.namespace.sealed(id);
    if (entry != null && (found == null || !found.bytes().equals(entry.sealed))) {
      forget(entry);
    }
    if (found != null) {
      add(found, nowNanos);
      state.endWhatIsDue();
    }
    return state.namespace.sealed(id);
  }

  private void add(BlobStore.Recovered found, long nowNanos) {
    if (state.namespace.sealed(found.object().id()) != null || state.dying.contains(found.bytes())) {
      return; // known, or decided already: it is about to leave the store, too
    }
    ObjectEntry entry =
        new ObjectEntry(found, state.top, state.eviction.unitFor(found.object().group()), nowNanos);
    state.ledger.recovered(entry.heldBytes);
    state.books.enter(entry);
    state.namespace.seal(entry);
    state.eviction.add(entry);
    changed();
    state.changed.signalAll();
  }

  private void forget(ObjectEntry entry) {
    entry.wasPublished = false; // others have retired it
    state.discardSealed(entry);
  }

  private void followDrafts(List<Commons.ForeignDraft> drafts) {
    for (ObjectEntry entry : state.namespace.foreignDrafts()) {
      state.namespace.removeDraft(entry);
      entry.state = State.DISCARDED;
      state.ledger.releaseDraft(entry.heldBytes);
      state.books.leave(entry);
      state.eviction.unhold(entry.unit);
    }
    for (Commons.ForeignDraft draft : drafts) {
      ObjectEntry entry = new ObjectEntry(draft, state.top, state.eviction.unitFor(draft.object().group()));
      state.eviction.hold(entry.unit);
      state.namespace.addDraft(entry);
      state.ledger.foreignDraft(entry.heldBytes);
      state.books.enter(entry);
    }
  }

  private void followReaders(ObjectEntry entry, int readers) {
    boolean wasLeased = entry.isLeased();
    if (entry.foreignReaders == 0 && readers > 0) {
      state.eviction.hold(entry.unit);
    } else if (entry.foreignReaders > 0 && readers == 0) {
      entry.usedAtNanos = state.now();
      state.eviction.unhold(entry.unit);
    }
    entry.foreignReaders = readers;
    if (wasLeased != entry.isLeased()) {
      state.ledger.leased += wasLeased ? -entry.heldBytes : entry.heldBytes;
    }
  }

  private void followZombies(Map<BlobStore.Sealed, Long> now) {
    zombies.values().forEach(state.ledger::freed);
    zombies.clear();
    now.forEach((bytes, held) -> {
      if (!state.dying.contains(bytes)) {
        addZombie(bytes, held);
      }
    });
  }

  /** Bytes of a discarded object that only other peers read. */
  void addZombie(BlobStore.Sealed bytes, long held) {
    zombies.put(bytes, held);
    state.ledger.foreignZombie(held);
  }
}
