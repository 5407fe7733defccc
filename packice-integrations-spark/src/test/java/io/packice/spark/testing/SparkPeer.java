package io.packice.spark.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A memory peer behind a Unix socket, and a client that needs none. */
public final class SparkPeer implements AutoCloseable {
  private final Path folder;
  private final Peer peer;
  private final UdsServer server;
  private final PackiceClient client;

  /** Starts with 1 GiB. */
  public SparkPeer() {
    this(1L << 30);
  }

  /**
   * Starts a peer.
   *
   * @param capacity bytes
   */
  public SparkPeer(long capacity) {
    this(MemoryPeer.create(capacity));
  }

  /**
   * Puts a peer behind a socket.
   *
   * @param peer any; it is closed with this
   */
  public SparkPeer(Peer peer) {
    try {
      this.folder = Files.createTempDirectory("packice-spark");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.peer = peer;
    this.server = UdsServer.open(peer, folder.resolve("peer.sock"));
    this.client = Packice.connect(peer);
  }

  /**
   * Where it listens.
   *
   * @return what the option {@code peer} takes
   */
  public String address() {
    return folder.resolve("peer.sock").toString();
  }

  /**
   * A client of this test's own.
   *
   * @return the client, which the peer closes
   */
  public PackiceClient client() {
    return client;
  }

  /** Looks that nobody holds or makes anything; what ends with a query ends a moment after it. */
  public void requireIdle() {
    Awaitility.await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
      PeerStats stats = client.stats();
      assertThat(stats.drafts()).as("drafts").isZero();
      assertThat(stats.leases()).as("leases").isZero();
      assertThat(stats.zombieBytes()).as("zombie bytes").isZero();
    });
  }

  @Override
  public void close() {
    client.close();
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
