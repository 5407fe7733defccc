package io.packice.peers.tiered;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.PeerKind;
import io.packice.contract.UdsClientTest;

/** Objects in memory over memory, over a Unix socket. */
final class UdsMemoryOverMemoryClientTest extends UdsClientTest {
  @Override
  protected PeerKind kind() {
    return new TieredKind(PeerKind.over(_ -> new MemfdBlobStore()));
  }
}
