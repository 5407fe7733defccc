package io.packice.peers.tiered;

import io.packice.contract.FileKind;
import io.packice.contract.PeerKind;
import io.packice.contract.UdsClientTest;

/** Objects in memory over files, over a Unix socket. */
final class UdsMemoryOverFileClientTest extends UdsClientTest {
  @Override
  protected PeerKind kind() {
    return new TieredKind(new FileKind());
  }
}
