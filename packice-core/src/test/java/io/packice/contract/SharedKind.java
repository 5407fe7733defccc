package io.packice.contract;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.sharedfs.SharedFileBlobStore;
import io.packice.core.LocalPeer;
import io.packice.core.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** One peer of a shared folder. */
public record SharedKind(Duration timeout) implements PeerKind {
  /** One that is not given up while a test runs. */
  public SharedKind() {
    this(Duration.ofMinutes(10));
  }

  @Override
  public Running start(Path folder, long capacityBytes, TimeSource time) {
    SharedFileBlobStore store = SharedFileBlobStore.open(folder.resolve("packice:shared"), capacityBytes,
        (InstantSource) time, TimeSource.SYSTEM, timeout);
    LocalPeer peer = new LocalPeer(store, new InMemoryLeaseStore(time), capacityBytes, time);
    return new Running(peer, peer::runChores);
  }

  @Override
  public boolean sealsACopyOfWhatIsMapped() {
    return true;
  }

  @Override
  public boolean keepsWhatReadersBeganWith() {
    return false;
  }
}
