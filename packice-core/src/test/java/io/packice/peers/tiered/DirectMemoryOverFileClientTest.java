package io.packice.peers.tiered;

import io.packice.contract.DirectClientTest;
import io.packice.contract.FileKind;
import io.packice.contract.PeerKind;

/** Objects in memory over files, used directly. */
final class DirectMemoryOverFileClientTest extends DirectClientTest {
  @Override
  protected PeerKind kind() {
    return new TieredKind(new FileKind());
  }
}
