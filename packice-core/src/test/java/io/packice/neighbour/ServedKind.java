package io.packice.neighbour;

import io.packice.core.Peer;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.peers.SharedFileSystemPeer;
import io.packice.peers.tiered.TieredPeer;
import io.packice.peers.tiered.TieringPolicy;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.nio.file.Path;

/** What is served to both clients. */
enum ServedKind {
  MEMORY(false) {
    @Override
    Peer open(Path folder) {
      return MemoryPeer.create(CAPACITY);
    }
  },
  FILES(true) {
    @Override
    Peer open(Path folder) {
      return FileSystemPeer.open(folder, CAPACITY);
    }
  },
  SHARED_FOLDER(true) {
    @Override
    Peer open(Path folder) {
      return SharedFileSystemPeer.open(folder, CAPACITY);
    }
  },
  MEMORY_OVER_FILES(true) {
    @Override
    Peer open(Path folder) {
      return TieredPeer.over(MemoryPeer.create(CAPACITY), FileSystemPeer.open(folder, COLD_CAPACITY),
          TieringPolicy.DEFAULT.withOnClose(OnClose.DEMOTE)); // as it is served
    }
  };

  /** Less than the clients would like to keep. */
  static final long CAPACITY = 24L << 20;
  /** More than they make in the time of an ordinary build, so that a stop has room for all. */
  static final long COLD_CAPACITY = 512L << 20;

  /** Whether its objects are there again after a clean stop and a start. */
  final boolean isPersistent;

  ServedKind(boolean isPersistent) {
    this.isPersistent = isPersistent;
  }

  abstract Peer open(Path folder);
}
