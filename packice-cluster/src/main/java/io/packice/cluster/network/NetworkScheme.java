package io.packice.cluster.network;

import io.packice.PeerScheme;
import io.packice.core.Peer;
import io.packice.transport.http.HttpClientOptions;

/** Addresses that begin with {@code network:}. */
public final class NetworkScheme implements PeerScheme {
  /** Made by {@link java.util.ServiceLoader}. */
  public NetworkScheme() {
  }

  @Override
  public String name() {
    return NetworkAddress.SCHEME;
  }

  @Override
  public Peer open(String address, HttpClientOptions options) {
    return NetworkPeer.open(address, options);
  }
}
