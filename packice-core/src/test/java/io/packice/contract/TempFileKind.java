package io.packice.contract;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.TempFileBlobStore;
import io.packice.core.LocalPeer;
import io.packice.core.TimeSource;
import java.nio.file.Path;

/** A peer over temporary files, for systems without memfd. */
public final class TempFileKind implements PeerKind {
  @Override
  public Running start(Path folder, long capacityBytes, TimeSource time) {
    LocalPeer peer = new LocalPeer(new TempFileBlobStore(), new InMemoryLeaseStore(time), capacityBytes, time);
    return new Running(peer, peer::runChores);
  }

  @Override
  public boolean sealsACopyOfWhatIsMapped() {
    return true;
  }
}
