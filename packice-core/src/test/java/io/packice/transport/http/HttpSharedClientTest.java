package io.packice.transport.http;

import io.packice.contract.HttpClientTest;
import io.packice.contract.PeerKind;
import io.packice.contract.SharedKind;

/** Objects in a folder that peers share, over HTTP. */
final class HttpSharedClientTest extends HttpClientTest {
  @Override
  protected PeerKind served() {
    return new SharedKind();
  }
}
