package io.packice.cluster.network;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.PeerKind;
import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Three peers in memory that act as one, without a protocol in between. */
final class ThreePeers implements Peer {
  static final int COUNT = 3;
  static final int REPLICAS = 2;

  final List<LocalPeer> peers;
  private final List<NetworkPeer> opened = new ArrayList<>();

  private ThreePeers(List<LocalPeer> peers) {
    this.peers = peers;
  }

  /** The kind of peer that they are, over a socket or over HTTP. */
  static PeerKind kind(boolean isHttp) {
    return new PeerKind() {
      @Override
      public Running start(Path folder, long capacityBytes, TimeSource time) {
        List<LocalPeer> peers = IntStream.range(0, COUNT)
            .mapToObj(_ -> new LocalPeer(new MemfdBlobStore(), new InMemoryLeaseStore(time), capacityBytes, time))
            .toList();
        return new Running(new ThreePeers(peers), () -> peers.forEach(LocalPeer::runChores));
      }

      @Override
      public boolean sealsACopyOfWhatIsMapped() {
        return isHttp;
      }
    };
  }

  @Override
  public Session openSession(Caller caller) {
    List<NetworkSettings.Member> members =
        IntStream.range(0, COUNT).mapToObj(i -> new NetworkSettings.Member("p" + i, "peer " + i, 1)).toList();
    NetworkPeer network = new NetworkPeer(new NetworkSettings("three", members, REPLICAS, 128, false),
        member -> peers.get(Integer.parseInt(member.name().substring(1))).openSession(caller), InstantSource.system());
    opened.add(network);
    return network.openSession(caller);
  }

  @Override
  public void close() {
    opened.forEach(NetworkPeer::close);
    peers.forEach(LocalPeer::close);
  }
}
