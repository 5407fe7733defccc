package io.packice.peers;

import io.packice.contract.DirectClientTest;
import io.packice.contract.PeerKind;
import io.packice.contract.TempFileKind;

/** Objects in temporary files, used directly. */
final class DirectTempFileClientTest extends DirectClientTest {
  @Override
  protected PeerKind kind() {
    return new TempFileKind();
  }
}
