package io.packice.peers.tiered;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.PeerKind;

/** Histories of objects in memory over memory. */
final class MemoryOverMemoryHistoryTest extends TieredHistoryTest {
  @Override
  protected PeerKind cold() {
    return PeerKind.over(_ -> new MemfdBlobStore());
  }

  @Override
  protected boolean isPersistent() {
    return false;
  }

  @Override
  protected long descriptorsOfCold() {
    return 0;
  }
}
