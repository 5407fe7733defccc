package io.packice.peers.tiered;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.DirectClientTest;

import io.packice.contract.PeerKind;

/** Objects in memory over memory, used directly. */
final class DirectMemoryOverMemoryClientTest extends DirectClientTest {
  @Override
  protected PeerKind kind() {
    return new TieredKind(PeerKind.over(_ -> new MemfdBlobStore()));
  }
}
