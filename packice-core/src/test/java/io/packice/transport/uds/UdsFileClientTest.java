package io.packice.transport.uds;

import io.packice.contract.FileKind;
import io.packice.contract.PeerKind;
import io.packice.contract.UdsClientTest;

/** Objects in files, over a Unix socket. */
final class UdsFileClientTest extends UdsClientTest {
  @Override
  protected PeerKind kind() {
    return new FileKind();
  }
}
