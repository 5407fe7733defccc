package io.packice.core;

import io.packice.core.ObjectEntry.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link LocalPeer} makes objects of drafts, in two steps: freezing, which is long and shows nothing, and sealing, which makes names visible.
 * A seal freezes what is not frozen yet.
 */
final class Sealer {
  private final LocalPeer peer;
  private final PeerState state;
  private final Commons commons;
  private final LeaseReports leaseReports;

  Sealer(LocalPeer peer, PeerState state, Commons commons, LeaseReports leaseReports) {
    this.peer = peer;
    this.state = state;
    this.commons = commons;
    this.leaseReports = leaseReports;
  }

  private static BlobStore.Draft draft(ObjectEntry entry) {
    return Objects.requireNonNull(entry.draft);
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
    boolean wasFrozen = entry.frozen;
    entry.frozen = false;
    if (!entry.sized) {
      long byteSize = draft(entry).byteSize();
      if (!wasFrozen || byteSize != entry.object.extentBytes()) {
        resize(entry, byteSize);
      }
    }
    if (peer.tiers == null) {
      draft(entry).freeze(entry.object);
    } else {
      freeze(entry, peer.tiers, wasFrozen);
    }
    entry.frozen = true;
  }

  /** In its tier, or, if it has outgrown the upper one, in the lower one. */
  private static void freeze(ObjectEntry entry, Tiers tiers, boolean wasFrozen) {
    long byteSize = entry.object.extentBytes();
    tiers.requireKept(entry, byteSize);
    try {
      draft(entry).freeze(entry.object);
    } catch (CapacityExceededException full) {
      if (wasFrozen) {
        throw full;
      }
      tiers.spillOrRefuse(entry, byteSize, full);
      draft(entry).freeze(entry.object);
    }
  }

  private void resize(ObjectEntry entry, long byteSize) {
    peer.settle(() -> state.unsize(entry));
    if (peer.tiers == null) {
      peer.room.reserveInTurn(entry, Blob.alignUp(byteSize));
    } else {
      peer.tiers.fitAll(entry, byteSize);
    }
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
      peer.withoutMoves(session, leaving, () -> discardAll(leaving));
      return;
    }
    int[] sealed = new int[1];
    try {
      seals.forEach(this::freeze);
      peer.settle(() -> seals.forEach(each -> requireLive(each, "seal", "sealed")));
      peer.withoutMoves(session, leavingWith(seals, leaving), () -> sealAll(seals, leaving, sealed));
    } catch (Throwable failure) {
      recall(seals.subList(sealed[0], seals.size()), failure);
      peer.settle(() -> seals.forEach(each -> state.reopen(each.entry)));
      withdraw(seals.subList(0, sealed[0]), failure);
      throw failure;
    }
    leaseReports.sealed(seals);
  }

  /** What is replaced, and what is to be discarded. */
  private List<ObjectEntry> leavingWith(List<HeldLease> seals, List<ObjectEntry> discards) {
    if (peer.tiers == null) {
      return List.of();
    }
    List<ObjectEntry> all = new ArrayList<>(discards);
    peer.settle(() -> seals.stream().map(each -> state.namespace.sealed(each.entry.object.id()))
        .filter(Objects::nonNull).forEach(all::add));
    return all;
  }

  private void sealAll(List<HeldLease> seals, List<ObjectEntry> leaving, int[] sealed) {
    if (seals.size() > 1) {
      seals.forEach(each -> draft(each.entry).announce(each.entry.object));
    }
    for (HeldLease each : seals.subList(0, seals.size() - 1)) {
      seal(each, () -> {
        // what leaves does so with the last
      });
      sealed[0]++;
    }
    sealLast(seals.getLast(), leaving);
  }

  /** Makes a draft visible; what is to happen in the same step comes behind. */
  private void seal(HeldLease lease, Runnable behind) {
    ObjectEntry entry = lease.entry;
    try (Commons.Turn _ = commons.takeTurn()) {
      BlobStore.Sealed bytes = draft(lease.entry).seal(entry.object);
      @Nullable ObjectEntry[] replaced = new @Nullable ObjectEntry[1];
      peer.settle(() -> {
        replaced[0] = state.namespace.sealed(entry.object.id());
        state.publish(lease, bytes);
        behind.run();
      });
      ObjectEntry old = replaced[0];
      if (peer.tiers != null && old != null) {
        old.retireIfPossible(); // from the other tier, whose store has not seen what replaces it
      }
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
        draft(each.entry).recall();
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
        each.entry.retire();
      } catch (RuntimeException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
    }
    if (!sealed.isEmpty()) {
      leaseReports.ended();
    }
  }
}
