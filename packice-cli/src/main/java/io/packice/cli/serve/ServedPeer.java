package io.packice.cli.serve;

import io.packice.backends.memory.MemoryBackend;
import io.packice.cli.command.ByteSize;

import io.packice.core.AcquireRequest.Room;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.peers.SharedFileSystemPeer;
import io.packice.peers.tiered.TieredPeer;
import io.packice.peers.tiered.TieringPolicy;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A peer that runs, and what to tell of it.
 *
 * @param peer the peer; closed with this
 * @param impl what kind it is
 * @param dataDir where its files are; null if it has none
 * @param capacityBytes the most bytes that it holds, in all its tiers
 * @param description what it holds and where, for people
 */
record ServedPeer(Peer peer, Impl impl, @Nullable Path dataDir, long capacityBytes, String description)
    implements AutoCloseable {
  static ServedPeer memory(MemoryBackend backend, long bytes, Room usual, long bookkeeping) {
    return new ServedPeer(MemoryPeer.create(backend, bytes, options(usual, bookkeeping)), Impl.MEM, null, bytes,
        memoryOf(backend, bytes));
  }

  static ServedPeer files(Path folder, long bytes, Room usual, long bookkeeping) {
    return new ServedPeer(FileSystemPeer.open(folder, bytes, options(usual, bookkeeping)), Impl.FS, folder, bytes,
        filesOf(bytes, folder));
  }

  static ServedPeer shared(Path folder, long bytes, Room usual, long bookkeeping) {
    return new ServedPeer(
        SharedFileSystemPeer.open(folder, bytes, SharedFileSystemPeer.DEFAULT_TIMEOUT, options(usual, bookkeeping)),
        Impl.SHARED_FS, folder,
        bytes,
        filesOf(bytes, folder) + ", shared with other peers");
  }

  /** A clean stop writes to the files what only the memory has: whoever asked for files expects to find it there. */
  static ServedPeer tiered(MemoryBackend backend, long memoryBytes, Path folder, long diskBytes, Room usual,
      long bookkeeping) {
    MemoryPeer hot = MemoryPeer.create(backend, memoryBytes, options(Room.EVICT, bookkeeping / 2));
    FileSystemPeer cold = null;
    try {
      cold = FileSystemPeer.open(folder, diskBytes, options(usual, bookkeeping - bookkeeping / 2));
      Peer peer = TieredPeer.over(hot, cold, TieringPolicy.DEFAULT.withOnClose(OnClose.DEMOTE));
      return new ServedPeer(peer, Impl.TIERED, folder, Math.addExact(memoryBytes, diskBytes),
          memoryOf(backend, memoryBytes) + " over " + filesOf(diskBytes, folder));
    } catch (RuntimeException failure) {
      hot.close();
      if (cold != null) {
        cold.close();
      }
      throw failure;
    }
  }

  private static PeerOptions options(Room usual, long bookkeeping) {
    return PeerOptions.DEFAULT.withUsualRoom(usual).withBookkeepingBytes(bookkeeping);
  }

  private static String memoryOf(MemoryBackend backend, long bytes) {
    return "up to " + ByteSize.format(bytes) + " of shared memory"
        + (backend == MemoryBackend.MEMFD ? "" : " in temporary files");
  }

  private static String filesOf(long bytes, Path folder) {
    return "up to " + ByteSize.format(bytes) + " of files in " + folder;
  }

  /** The same for programs. */
  Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("impl", impl.toString());
    fields.put("capacity_bytes", capacityBytes);
    fields.put("data_dir", dataDir == null ? null : dataDir.toString());
    return fields;
  }

  @Override
  public void close() {
    peer.close();
  }
}
