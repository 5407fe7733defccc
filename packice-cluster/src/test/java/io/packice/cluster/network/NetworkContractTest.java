package io.packice.cluster.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cluster.state.NetworkPeerEntry;
import io.packice.cluster.state.NetworkRecord;
import io.packice.cluster.state.StateFolder;
import io.packice.contract.ClientContractTest;
import io.packice.contract.NotCarried;
import io.packice.contract.PeerKind;
import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.transport.http.HttpClientOptions;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.uds.UdsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * The clients' contract for a network of three peers with two copies of everything: what one peer promises, three do. What they cannot is on the page, with
 * the reason.
 */
@NotCarried.Page("networks.md")
abstract class NetworkContractTest extends ClientContractTest {
  /** A peer's time is moved by hand, and leases are renewed in real time: so they outlive what any test lets pass. */
  private static final HttpClientOptions OPTIONS = HttpClientOptions.DEFAULT.withLeaseTtl(Duration.ofDays(1));

  private final List<AutoCloseable> servers = new ArrayList<>();
  private final List<NetworkPeer> opened = new ArrayList<>();
  private String address;

  abstract boolean isHttp();

  @Override
  protected final PeerKind kind() {
    return ThreePeers.kind(isHttp());
  }

  @Override
  protected final void serve(Peer served, Path folder) {
    List<NetworkPeerEntry> entries = new ArrayList<>();
    for (LocalPeer peer : ((ThreePeers) served).peers) {
      entries.add(new NetworkPeerEntry("p" + entries.size(), serve(peer, folder, entries.size()), 1));
    }
    StateFolder state = StateFolder.at(folder.resolve("state"));
    state.save(new NetworkRecord("demo", entries, ThreePeers.REPLICAS, 128, false));
    address = "network:demo?state=" + state.path();
  }

  private String serve(LocalPeer peer, Path folder, int number) {
    if (isHttp()) {
      HttpServer server = HttpServer.open(peer,
          HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
      servers.add(server);
      return server.address().toString();
    }
    UdsServer server = UdsServer.open(peer, folder.resolve("p" + number + ".sock"));
    servers.add(server);
    return server.socket().toString();
  }

  @Override
  protected final PackiceClient connect() {
    return Packice.connect(address, OPTIONS);
  }

  @Override
  protected final Session openSession() {
    NetworkPeer network = NetworkPeer.open(address, OPTIONS);
    opened.add(network);
    return network.openSession(Caller.thisProcess());
  }

  @Override
  protected final void stopServing() {
    opened.forEach(NetworkPeer::close);
    for (AutoCloseable server : servers) {
      try {
        server.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  // ---- everything is there twice

  @Override
  protected long drafts() {
    return super.drafts() / ThreePeers.REPLICAS;
  }

  @Override
  protected long liveBytes() {
    return super.liveBytes() / ThreePeers.REPLICAS;
  }

  @Test
  void whatThePageSaysIsNotCarriedAreTestsOfTheContract() {
    Set<String> tests = Stream.<Class<?>>iterate(ClientContractTest.class, Class::getSuperclass)
        .takeWhile(each -> each != Object.class).flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
        .map(method -> method.getName()).collect(Collectors.toSet());
    assertThat(NotCarried.reasons("networks.md").keySet()).isNotEmpty().isSubsetOf(tests);
  }
}
