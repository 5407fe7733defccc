package io.packice.peers;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.HistoryTest;
import io.packice.contract.PeerKind;
import io.packice.contract.PeerModel;

/** Histories of objects in memory. */
final class MemoryHistoryTest extends HistoryTest {
  @Override
  protected PeerKind kind() {
    return PeerKind.over(_ -> new MemfdBlobStore());
  }

  @Override
  protected boolean isPersistent() {
    return false;
  }

  @Override
  protected long descriptorsOfPeer(PeerModel model) {
    return model.heldObjects();
  }
}
