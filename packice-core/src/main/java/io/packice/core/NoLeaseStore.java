package io.packice.core;

import java.util.Collection;
import java.util.List;

/** Keeps nothing: a peer's own table is all there is. */
enum NoLeaseStore implements LeaseStore {
  INSTANCE;

  @Override
  public void update(Collection<LeaseRecord> live, Collection<LeaseId> ended) {
    // nobody asks for them
  }

  @Override
  public List<LeaseRecord> leases() {
    return List.of();
  }

  @Override
  public void close() {
    // nothing is held
  }
}
