package io.packice.core;

import java.util.function.Consumer;

/** Frees what a peer has queued as garbage, one object after the other, without its lock. Safe from any thread. */
final class Freeing {
  private final PeerState state;
  private final Commons commons;

  Freeing(PeerState state, Commons commons) {
    this.state = state;
    this.commons = commons;
  }

  void run() {
    if (commons.isShared()) {
      endUses();
      if (state.locked(() -> state.garbage.isEmpty() && state.overdue.isEmpty())) {
        return; // without a turn
      }
    }
    try (Commons.Turn _ = commons.takeTurn()) {
      state.locked(state::takeOverdue).forEach(ObjectEntry::retireIfPossible);
      freeAll(ObjectEntry::discardBytes);
    } catch (StorageException noTurn) {
      state.locked(state::takeOverdue).forEach(entry -> Log.cannotRetire(entry.object.id(), noTurn));
      freeAll(_ -> {
        throw noTurn;
      });
    }
  }

  private void freeAll(Consumer<ObjectEntry> discard) {
    for (ObjectEntry entry = state.locked(state.garbage::take); entry != null;
        entry = state.locked(state.garbage::take)) {
      free(entry, discard);
    }
  }

  /** Tells the store what this peer does not read any more. */
  private void endUses() {
    for (BlobStore.Sealed sealed = state.locked(state.unheld::poll); sealed != null;
        sealed = state.locked(state.unheld::poll)) {
      try {
        sealed.unhold();
      } catch (RuntimeException | Error failure) {
        Log.cannotEndUse(failure);
      }
    }
  }

  private void free(ObjectEntry entry, Consumer<ObjectEntry> discard) {
    boolean isReadElsewhere = false;
    try {
      discard.accept(entry);
      isReadElsewhere = entry.sealed != null && entry.sealed.isReadElsewhere();
    } catch (RuntimeException | Error failure) { // whoever frees it works for somebody else
      Log.cannotFree(entry.object.id(), failure);
    } finally {
      state.lock.lock();
      try {
        state.freed(entry, isReadElsewhere);
      } finally {
        state.lock.unlock();
      }
    }
  }
}
