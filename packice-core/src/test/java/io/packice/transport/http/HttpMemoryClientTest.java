package io.packice.transport.http;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.HttpClientTest;
import io.packice.contract.PeerKind;

/** Objects in memory, over HTTP. */
final class HttpMemoryClientTest extends HttpClientTest {
  @Override
  protected PeerKind served() {
    return PeerKind.over(_ -> new MemfdBlobStore());
  }
}
