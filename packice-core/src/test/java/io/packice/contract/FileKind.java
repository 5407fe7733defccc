package io.packice.contract;

import io.packice.backends.file.FileBlobStore;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.core.LocalPeer;
import io.packice.core.TimeSource;
import java.nio.file.Path;
import java.time.InstantSource;

/** A peer over files. */
public final class FileKind implements PeerKind {
  @Override
  public Running start(Path folder, long capacityBytes, TimeSource time) {
    LocalPeer peer = new LocalPeer(open(folder, time), new InMemoryLeaseStore(time), capacityBytes, time);
    return new Running(peer, peer::runChores);
  }

  /** A store in a part of the folder whose name has {@link LeakCheck}'s mark. */
  public static FileBlobStore open(Path folder, TimeSource time) {
    return FileBlobStore.open(folder.resolve("packice:data"),
        time instanceof InstantSource wall ? wall : InstantSource.system());
  }

  @Override
  public boolean sealsACopyOfWhatIsMapped() {
    return true;
  }
}
