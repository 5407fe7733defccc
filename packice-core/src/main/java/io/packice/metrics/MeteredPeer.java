package io.packice.metrics;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.packice.core.Caller;
import io.packice.core.Peer;
import io.packice.core.PeerRoom;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import org.jspecify.annotations.Nullable;

/**
 * A peer in front of another one, which counts and times every operation of every transport, and tells Prometheus. docs/metrics.md has each metric.
 * Safe from any thread. It does not own the peer behind it, unless it is closed: that closes both.
 */
public final class MeteredPeer implements Peer {
  private final Peer peer;
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Operations operations = new Operations(registry);
  private final PeerMeters meters;
  private @Nullable HttpMeters http; // guarded by this

  private MeteredPeer(Peer peer) {
    this.peer = peer;
    this.meters = new PeerMeters(registry, stats());
  }

  /**
   * Puts it in front of a peer.
   *
   * @param peer the peer; one that is metered already is given back as it is
   * @return a metered peer
   * @throws IllegalStateException if the peer is closed
   */
  public static MeteredPeer of(Peer peer) {
    return peer instanceof MeteredPeer metered ? metered : new MeteredPeer(peer);
  }

  /**
   * All metrics now.
   *
   * @return the text format of Prometheus, version 0.0.4
   * @throws IllegalStateException if the peer is closed
   */
  public String scrape() {
    meters.refresh(stats());
    return registry.scrape();
  }

  /**
   * What HTTP servers of this peer tell their numbers to; from then on a scrape has them.
   *
   * @return always the same instance
   */
  public synchronized HttpMeters http() {
    if (http == null) {
      http = new HttpMeters(registry);
    }
    return http;
  }

  private PeerStats stats() {
    try (Session session = peer.openSession(Caller.thisProcess())) {
      return session.stats();
    }
  }

  @Override
  public Session openSession(Caller caller) {
    return new MeteredSession(peer.openSession(caller), operations);
  }

  @Override
  public boolean isShared() {
    return peer.isShared();
  }

  @Override
  public PeerRoom room(long objects) {
    return peer.room(objects);
  }

  @Override
  public void close() {
    peer.close();
    registry.close();
  }
}
