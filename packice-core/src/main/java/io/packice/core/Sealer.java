package io.packice.core;

import io.packice.core.LeaseStore.LeaseRecord;
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

  /** What is done for whom: a draft under its CREATE lease. */
  private record Work(LeaseRecord lease, ObjectEntry entry) {
    BlobStore.Draft draft() {
      return Objects.requireNonNull(entry.draft);
    }
  }

  // ---- freeze

  void freeze(LocalSession session, List<LeaseId> ids) {
    for (LeaseId id : ids) {
      Work work = peer.change(session, () -> begin(List.of(id), "freeze", State.FREEZING)).getFirst();
      try {
        freeze(work);
      } finally {
        peer.settle(() -> state.reopen(work.entry));
      }
      requireLive(work, "freeze", "frozen");
    }
  }

  private static void requireLive(Work work, String verb, String done) {
    if (work.entry.abandoned) {
      throw new LeaseExpiredException(
          "Cannot " + verb + " " + work.entry.object.id() + ": its lease ended while it was being "
              + done + "; create it anew");
    }
  }

  /** Takes drafts to work on, all or none; nobody else touches them until they are drafts again. */
  private List<Work> begin(List<LeaseId> ids, String verb, State next) {
    state.awaitFreezes(ids);
    List<Work> begun = new ArrayList<>(ids.size());
    try {
      for (LeaseId id : ids) {
        LeaseRecord lease = state.requireLease(id, verb);
        ObjectEntry entry = state.leased(lease);
        requireDraft(lease, entry, verb);
        entry.state = next;
        begun.add(new Work(lease, entry));
      }
      return begun;
    } catch (RuntimeException refused) {
      begun.forEach(each -> each.entry.state = State.DRAFT);
      throw refused;
    }
  }

  private static void requireDraft(LeaseRecord lease, ObjectEntry entry, String verb) {
    if (lease.intent() != Intent.CREATE || entry.state != State.DRAFT) {
      throw new NotPermittedException("Cannot " + verb + " " + lease.object() + ": "
          + (entry.isDraft() ? "it is being sealed at this moment"
              : "it is sealed already, or this is no CREATE lease")
          + "; create a new object to change it");
    }
    if (lease.fence() != entry.fence) {
      throw PeerState.expired(verb, lease.id());
    }
  }

  /** What is frozen already, and as it was, costs the store nothing. */
  private void freeze(Work work) {
    ObjectEntry entry = work.entry;
    BlobStore.Draft draft = work.draft();
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
    List<Work> seals = peer.change(session, () -> {
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
        seals.forEach(each -> each.draft().announce(each.entry.object));
      }
      for (Work each : seals.subList(0, seals.size() - 1)) {
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
  }

  /** Makes a draft visible; what is to happen in the same step comes behind. */
  private void seal(Work work, Runnable behind) {
    ObjectEntry entry = work.entry;
    try (Commons.Turn _ = commons.takeTurn()) {
      BlobStore.Sealed bytes = work.draft().seal(entry.object);
      peer.settle(() -> {
        state.publish(work.lease, entry, bytes);
        behind.run();
      });
    }
  }

  /** In one step: the last draft becomes visible, and what it makes superfluous leaves. */
  private void sealLast(Work last, List<ObjectEntry> leaving) {
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
  private static void recall(List<Work> announced, Throwable failure) {
    for (Work each : announced) {
      try {
        each.draft().recall();
      } catch (RuntimeException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
    }
  }

  /** Discards what was to be sealed together with something that could not be. */
  private void withdraw(List<Work> sealed, Throwable failure) {
    for (Work each : sealed) {
      try (Commons.Turn _ = commons.takeTurn()) {
        peer.settle(() -> {
          if (each.entry.state == State.SEALED) {
            state.discardSealed(each.entry);
          }
          state.endLease(each.lease.id());
        });
        Objects.requireNonNull(each.entry.sealed).retire();
      } catch (RuntimeException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
    }
  }
}
