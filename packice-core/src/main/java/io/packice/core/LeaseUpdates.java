package io.packice.core;

import io.packice.core.LeaseStore.LeaseRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How a peer tells its {@link LeaseStore}: one call at a time, with all that has come together while the one before was under way. Whoever tells waits until the
 * store has taken it over; never with the peer's lock. Safe from any thread.
 */
final class LeaseUpdates {
  private final LeaseStore store;
  private final boolean wanted;
  final ReentrantLock turn = new ReentrantLock();
  private Batch next = new Batch(); // guarded by this

  /** What goes in one call: the last that is known of each lease, nothing if it has ended. */
  private static final class Batch {
    final Map<LeaseId, Optional<LeaseRecord>> leases = new LinkedHashMap<>(); // guarded by the updates until it is told
    boolean isTold; // guarded by the turn, as is the next
    @Nullable RuntimeException failure;

    void tell(LeaseStore store) {
      List<LeaseRecord> live = new ArrayList<>();
      List<LeaseId> ended = new ArrayList<>();
      leases.forEach((id, lease) -> lease.ifPresentOrElse(live::add, () -> ended.add(id)));
      isTold = true;
      try {
        store.update(live, ended);
      } catch (RuntimeException refusal) {
        failure = refusal;
      }
    }
  }

  LeaseUpdates(LeaseStore store) {
    this.store = store;
    this.wanted = !store.equals(LeaseStore.none());
  }

  /** Whether anybody is to be told at all. */
  boolean areWanted() {
    return wanted;
  }

  /**
   * Tells the store.
   *
   * @throws StorageException if it has refused; whether it has taken this over is not known then
   */
  void tell(Collection<LeaseRecord> live, Collection<LeaseId> ended) {
    Batch mine;
    synchronized (this) {
      mine = next;
      live.forEach(lease -> mine.leases.put(lease.id(), Optional.of(lease)));
      ended.forEach(id -> mine.leases.put(id, Optional.empty()));
    }
    turn.lock();
    try {
      if (!mine.isTold) {
        synchronized (this) {
          next = new Batch();
        }
        mine.tell(store);
      }
      if (mine.failure != null) { // of all who were in it, so each gets an exception of its own
        throw new StorageException("the lease store has refused: " + mine.failure.getMessage(), mine.failure);
      }
    } finally {
      turn.unlock();
    }
  }
}
