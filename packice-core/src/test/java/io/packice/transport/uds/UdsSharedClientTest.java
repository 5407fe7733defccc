package io.packice.transport.uds;

import io.packice.contract.PeerKind;
import io.packice.contract.SharedKind;
import io.packice.contract.UdsClientTest;

/** Objects in a folder that peers share, over a Unix socket. */
final class UdsSharedClientTest extends UdsClientTest {
  @Override
  protected PeerKind kind() {
    return new SharedKind();
  }
}
