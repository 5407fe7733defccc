package io.packice.transport.uds;

import io.packice.contract.PeerKind;
import io.packice.contract.TempFileKind;
import io.packice.contract.UdsClientTest;

/** Objects in temporary files, over a Unix socket. */
final class UdsTempFileClientTest extends UdsClientTest {
  @Override
  protected PeerKind kind() {
    return new TempFileKind();
  }
}
