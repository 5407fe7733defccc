package io.packice.core;

import io.packice.core.LeaseStore.LeaseRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What a {@link LocalPeer} tells its lease store, after the steps that give, renew or end leases. Never called with the peer's lock, which it takes for a moment. */
final class LeaseReports {
  private final PeerState state;
  private final LeaseUpdates updates;
  private final boolean isWanted; // else nothing is said, and no lock taken

  LeaseReports(PeerState state, LeaseUpdates updates) {
    this.state = state;
    this.updates = updates;
    this.isWanted = updates.areWanted();
  }

  /** Tells of a lease that nobody has yet; if the store refuses, nobody gets it, and its bytes are closed. */
  void given(HeldLease lease, Extent extent) {
    if (!updates.areWanted()) {
      return; // the way of every reader
    }
    try {
      live(() -> "acquire " + lease.entry.object.id(), List.of(lease));
    } catch (Throwable failure) {
      extent.close();
      throw failure;
    }
  }

  /**
   * Tells of leases that live, and of all that have ended since the store was told last.
   *
   * @param what is to be done, if it is refused
   * @throws StorageException if the store refuses
   */
  void live(Supplier<String> what, List<HeldLease> leases) {
    if (!isWanted || leases.isEmpty()) {
      return;
    }
    List<LeaseRecord> live = new ArrayList<>(leases.size());
    List<LeaseId> ended = state.locked(() -> {
      leases.forEach(lease -> live.add(lease.toRecord()));
      return state.leases.takeUntold();
    });
    try {
      updates.tell(live, ended);
    } catch (StorageException refusal) {
      state.locked(() -> state.leases.tellEnds(ended));
      throw new StorageException("Cannot " + what.get() + ": " + refusal.getMessage()
          + "; what is held already stays so, try again when the store answers", refusal.getCause());
    }
    if (state.locked(() -> state.leases.tellEnds(live.stream().map(LeaseRecord::id).toList()))) {
      ended();
    }
  }

  /** After a step that has ended leases. They have, whether or not the store can be told. */
  void ended() {
    if (isWanted) {
      List<LeaseId> ended = state.locked(state.leases::takeUntold);
      try {
        if (!ended.isEmpty()) {
          updates.tell(List.of(), ended);
        }
      } catch (StorageException refusal) {
        Log.leaseStoreRefused(refusal);
        state.locked(() -> state.leases.tellEnds(ended));
      }
    }
  }

  /** The same for leases that have made objects and are for reading now: the objects are there, whatever the store says. */
  void sealed(List<HeldLease> leases) {
    try {
      live(() -> "tell of sealed objects", leases);
    } catch (StorageException refusal) {
      Log.leaseStoreRefused(refusal);
    }
  }
}
