package io.packice.core;

import io.packice.core.ObjectEntry.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link LocalPeer} makes objects of drafts, in two steps: freezing, which is long and shows nothing, and sealing, which makes names visible.
 * A seal freezes what is not frozen yet.
 */
final class Sealer {
  private final LocalPeer peer;
  private final PeerState state;
  private final Commons commons;

  Sealer(LocalPeer peer, PeerState state, Commons commons) {
    this.peer = peer;
    this.state = state;
    this.commons = commons;
  }

  private static BlobStore.Draft draft(HeldLease lease) {
    return Objects.requireNonNull(lease.entry.draft);
  }

  // ---- freeze

  void freeze(LocalSession session, List<LeaseId> ids) {
    for (LeaseId id : ids) {
      HeldLease lease = peer.change(session, () -> begin(List.of(id), "freeze", State.FREEZING)).getFirst();
      try {
        freeze(lease);
      } finally {
        peer.settle(() -> state.reopen(lease.entry));
      }
      requireLive(lease, "freeze", "frozen");
    }
  }

  private static void requireLive(HeldLease lease, String verb, String done) {
    if (!lease.entry.isMadeUnder(lease)) {
      throw new LeaseExpiredException(
          "Cannot " + verb + " " + lease.entry.object.id() + ": its lease ended while it was being "
              + done + "; create it anew");
    }
  }

  /** Takes drafts to work on, all or none; nobody else touches them until they are drafts again. */
  private List<HeldLease> begin(List<LeaseId> ids, String verb, State next) {
    state.awaitFreezes(ids);
    List<HeldLease> begun = new ArrayList<>(ids.size());
    try {
      for (LeaseId id : ids) {
        HeldLease lease = state.requireLease(id, verb);
        requireDraft(lease, verb);
        lease.entry.state = next;
        begun.add(lease);
      }
      return begun;
    } catch (RuntimeException refused) {
      begun.forEach(each -> each.entry.state = State.DRAFT);
      throw refused;
    }
  }

  private static void requireDraft(HeldLease lease, String verb) {
    ObjectEntry entry = lease.entry;
    if (lease.intent != Intent.CREATE || entry.state != State.DRAFT) {
      throw new NotPermittedException("Cannot " + verb + " " + entry.object.id() + ": "
          + (entry.isDraft() ? "it is being sealed at this moment"
              : "it is sealed already, or this is no CREATE lease")
          + "; create a new object to change it");
    }
  }

  /** What is frozen already, and as it was, costs the store nothing. */
  private void freeze(HeldLease lease) {
    ObjectEntry entry = lease.entry;
    BlobStore.Draft draft = draft(lease);
    boolean wasFrozen = entry.frozen;
    entry.frozen = false;
    if (!entry.sized) {
      long byteSize = draft.byteSize();
      if (!wasFrozen || byteSize != entry.object.extentBytes()) {
        resize(entry, byteSize);
      }
    }
    draft.freeze(entry.object);
    entry.frozen = true;
  }

  private void resize(ObjectEntry entry, long byteSize) {
    peer.settle(() -> state.unsize(entry));
    peer.reserveInTurn(entry, Blob.alignUp(byteSize));
    entry.object = entry.object.withBlobs(List.of(new Blob(0, byteSize)));
  }

  // ---- seal

  void seal(LocalSession session, List<LeaseId> ids, List<ObjectId> discards) {
    List<ObjectEntry> leaving = new ArrayList<>(discards.size());
    List<HeldLease> seals = peer.change(session, () -> {
      leaving.addAll(state.requireDiscardable(session.caller, discards));
      return begin(ids, "seal", State.SEALING);
    });
    if (seals.isEmpty()) {
      discardAll(leaving);
      return;
    }
    int sealed = 0;
    try {
      seals.forEach(this::freeze);
      peer.settle(() -> seals.forEach(each -> requireLive(each, "seal", "sealed")));
      if (seals.size() > 1) {
        seals.forEach(each -> draft(each).announce(each.entry.object));
      }
      for (HeldLease each : seals.subList(0, seals.size() - 1)) {
        seal(each, () -> {
          // what leaves does so with the last
        });
        sealed++;
      }
      sealLast(seals.getLast(), leaving);
    } catch (Throwable failure) {
      recall(seals.subList(sealed, seals.size()), failure);
      peer.settle(() -> seals.forEach(each -> state.reopen(each.entry)));
      withdraw(seals.subList(0, sealed), failure);
      throw failure;
    }
    peer.tellSealed(seals);
  }

  /** Makes a draft visible; what is to happen in the same step comes behind. */
  private void seal(HeldLease lease, Runnable behind) {
    ObjectEntry entry = lease.entry;
    try (Commons.Turn _ = commons.takeTurn()) {
      BlobStore.Sealed bytes = draft(lease).seal(entry.object);
      peer.settle(() -> {
        state.publish(lease, bytes);
        behind.run();
      });
    }
  }

  /** In one step: the last draft becomes visible, and what it makes superfluous leaves. */
  private void sealLast(HeldLease last, List<ObjectEntry> leaving) {
    List<ObjectEntry> stillRead = new ArrayList<>();
    try (Commons.Turn _ = commons.takeTurn()) {
      seal(last, () -> stillRead.addAll(state.discardAll(leaving)));
      stillRead.forEach(ObjectEntry::retireIfPossible);
    }
  }

  private void discardAll(List<ObjectEntry> leaving) {
    if (leaving.isEmpty()) {
      return;
    }
    List<ObjectEntry> retired = new ArrayList<>(leaving.size());
    try (Commons.Turn _ = commons.takeTurn()) {
      try {
        for (ObjectEntry entry : leaving) {
          entry.retire();
          retired.add(entry);
        }
      } finally { // what would not be there after a start is not there now, whether or not the disk lets the others go
        peer.settle(() -> state.discardAll(retired));
      }
    }
  }

  /** Takes back what was announced, and then not sealed. */
  private static void recall(List<HeldLease> announced, Throwable failure) {
    for (HeldLease each : announced) {
      try {
        draft(each).recall();
      } catch (RuntimeException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
    }
  }

  /** Discards what was to be sealed together with something that could not be. */
  private void withdraw(List<HeldLease> sealed, Throwable failure) {
    for (HeldLease each : sealed) {
      try (Commons.Turn _ = commons.takeTurn()) {
        peer.settle(() -> {
          if (each.entry.state == State.SEALED) {
            state.discardSealed(each.entry);
          }
          state.endLease(each);
        });
        Objects.requireNonNull(each.entry.sealed).retire();
      } catch (RuntimeException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
    }
    if (!sealed.isEmpty()) {
      peer.tellEnded();
    }
  }
}
