package io.packice.cli.serve;

import io.packice.core.Peer;
import io.packice.metrics.MeteredPeer;
import io.packice.transport.http.HttpServer;
import io.packice.transport.uds.UdsServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a peer is served by.
 *
 * @param uds the Unix socket; null if there is none
 * @param http HTTP; null if there is none
 */
record Servers(@Nullable UdsServer uds, @Nullable HttpServer http) implements AutoCloseable {
  /** Opens all that the settings say, or none. */
  static Servers open(Peer bare, Settings settings) {
    Peer peer = settings.http() == null ? bare : MeteredPeer.of(bare); // one for all, so that /metrics tells of all
    UdsServer uds = settings.transports().contains(Transport.UDS)
        ? UdsServer.open(peer, settings.socket(), settings.access()) : null;
    try {
      return new Servers(uds, settings.http() == null ? null : HttpServer.open(peer, settings.http()));
    } catch (RuntimeException failure) {
      if (uds != null) {
        uds.close();
      }
      throw failure;
    }
  }

  /** Where clients find it, for people. */
  String places() {
    List<String> places = new ArrayList<>();
    if (uds != null) {
      places.add(uds.socket().toString());
    }
    if (http != null) {
      places.add(http.address().toString());
    }
    return String.join(" and ", places);
  }

  /** The same for programs. */
  Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("socket", uds == null ? null : uds.socket().toString());
    fields.put("http", http == null ? null : http.address().toString());
    return fields;
  }

  /** What a clean stop has done. */
  String stopped() {
    return uds == null ? "Stopped serving " + places() : "Stopped, and removed " + uds.socket();
  }

  @Override
  public void close() {
    if (http != null) {
      http.close();
    }
    if (uds != null) {
      uds.close();
    }
  }
}
