package io.packice.peers;

import io.packice.contract.FileKind;
import io.packice.contract.HistoryTest;
import io.packice.contract.PeerKind;
import io.packice.contract.PeerModel;

/** Histories of objects in files, with restarts that keep what is sealed. */
final class FileHistoryTest extends HistoryTest {
  @Override
  protected PeerKind kind() {
    return new FileKind();
  }

  @Override
  protected boolean isPersistent() {
    return true;
  }

  /** That of the folder's lock: objects cost none. */
  @Override
  protected long descriptorsOfPeer(PeerModel model) {
    return 2; // lock, index
  }
}
