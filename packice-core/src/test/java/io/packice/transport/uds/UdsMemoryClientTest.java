package io.packice.transport.uds;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.PeerKind;
import io.packice.contract.UdsClientTest;

/** Objects in memory, over a Unix socket. */
final class UdsMemoryClientTest extends UdsClientTest {
  @Override
  protected PeerKind kind() {
    return PeerKind.over(_ -> new MemfdBlobStore());
  }
}
