package io.packice.peers;

import io.packice.contract.DirectClientTest;
import io.packice.contract.PeerKind;
import io.packice.contract.SharedKind;

/** Objects in a folder that peers share, used directly. */
final class DirectSharedClientTest extends DirectClientTest {
  @Override
  protected PeerKind kind() {
    return new SharedKind();
  }
}
