package io.packice.peers.tiered;

import io.packice.contract.FileKind;
import io.packice.contract.PeerKind;

/** Histories of objects in memory over files. */
final class MemoryOverFileHistoryTest extends TieredHistoryTest {
  @Override
  protected PeerKind cold() {
    return new FileKind();
  }

  @Override
  protected boolean isPersistent() {
    return true;
  }

  @Override
  protected long descriptorsOfCold() {
    return 2; // lock, index
  }
}
