package io.packice.peers;

import io.packice.contract.DirectClientTest;
import io.packice.contract.FileKind;
import io.packice.contract.PeerKind;

/** Objects in files, used directly. */
final class DirectFileClientTest extends DirectClientTest {
  @Override
  protected PeerKind kind() {
    return new FileKind();
  }
}
