package io.packice.peers;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.DirectClientTest;
import io.packice.contract.PeerKind;

/** Objects in memory, used directly. */
final class DirectMemoryClientTest extends DirectClientTest {
  @Override
  protected PeerKind kind() {
    return PeerKind.over(_ -> new MemfdBlobStore());
  }
}
