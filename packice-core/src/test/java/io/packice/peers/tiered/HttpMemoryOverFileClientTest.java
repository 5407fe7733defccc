package io.packice.peers.tiered;

import io.packice.contract.FileKind;
import io.packice.contract.HttpClientTest;
import io.packice.contract.PeerKind;

/** Objects in memory over files, over HTTP. */
final class HttpMemoryOverFileClientTest extends HttpClientTest {
  @Override
  protected PeerKind served() {
    return new TieredKind(new FileKind());
  }
}
