package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A memory peer behind a Unix socket, and a client on either side of it. */
public final class TablePeer implements AutoCloseable {
  private final Path folder;
  private final MemoryPeer peer;
  private final UdsServer server;

  public TablePeer() {
    this(MemoryPeer.create(1L << 30));
  }

  public TablePeer(MemoryPeer peer) {
    try {
      this.folder = Files.createTempDirectory("packice-arrow");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.peer = peer;
    this.server = UdsServer.open(peer, folder.resolve("peer.sock"));
  }

  public PackiceClient direct() {
    return Packice.connect(peer);
  }

  public PackiceClient overSocket() {
    return Packice.connect(socket());
  }

  public Peer served() {
    return peer;
  }

  public Path socket() {
    return folder.resolve("peer.sock");
  }

  public PeerStats stats() {
    try (PackiceClient client = direct()) {
      return client.stats();
    }
  }

  public void requireEmpty() {
    PeerStats stats = stats();
    assertThat(stats.objects()).as("objects").isZero();
    requireIdle();
  }

  /** Releases over the socket have no answer, so the peer may hear of them a moment later. */
  public void requireIdle() {
    LeakCheck.eventually(() -> {
      PeerStats stats = stats();
      assertThat(stats.drafts()).as("drafts").isZero();
      assertThat(stats.leases()).as("leases").isZero();
      assertThat(stats.draftBytes()).as("draft bytes").isZero();
      assertThat(stats.zombieBytes()).as("zombie bytes").isZero();
    });
  }

  @Override
  public void close() {
    server.close();
    peer.close();
    try {
      Files.deleteIfExists(folder.resolve("peer.sock"));
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
