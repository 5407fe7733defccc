package io.packice.transport.http;

import io.packice.contract.FileKind;
import io.packice.contract.HttpClientTest;
import io.packice.contract.PeerKind;

/** Objects in files, over HTTP. */
final class HttpFileClientTest extends HttpClientTest {
  @Override
  protected PeerKind served() {
    return new FileKind();
  }
}
