package io.packice.peers;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.HistoryTest;
import io.packice.contract.PeerModel;
import io.packice.core.BlobStore;
import java.nio.file.Path;

/** Histories of objects in memory. */
final class MemoryHistoryTest extends HistoryTest {
  @Override
  protected BlobStore newBlobStore(Path folder) {
    return new MemfdBlobStore();
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
