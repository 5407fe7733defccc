package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.Grant;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.core.TimeSource;
import io.packice.transport.http.HttpClientOptions;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.http.HttpSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The clients' contract for a peer that is served over HTTP. Some things it cannot do, and says so: a draft that is mapped is sealed as a copy,
 * never refused, since the writer's memory is its own, which is also why a session seals its own drafts only; and nobody knows which process a session
 * is of.
 */
public abstract class HttpClientTest extends ClientContractTest {
  /** A peer's time is moved by hand, and leases are renewed in real time: so they outlive what any test lets pass. */
  private static final HttpClientOptions OPTIONS = HttpClientOptions.DEFAULT.withLeaseTtl(Duration.ofDays(1));

  private HttpServer server;

  /** What is served. */
  protected abstract PeerKind served();

  /** What every peer is, seen over HTTP. */
  private record OverHttp(PeerKind kind) implements PeerKind {
    @Override
    public Running start(Path folder, long capacityBytes, TimeSource time) {
      return kind.start(folder, capacityBytes, time);
    }

    @Override
    public long overflowBytes(long capacityBytes) {
      return kind.overflowBytes(capacityBytes);
    }

    @Override
    public boolean sealsACopyOfWhatIsMapped() {
      return true;
    }

    @Override
    public boolean keepsWhatReadersBeganWith() {
      return kind.keepsWhatReadersBeganWith();
    }

    /** What outgrows the peer is refused when it is sent, before any is sealed. */
    @Override
    public boolean freezesAllBeforeItSealsOne() {
      return true;
    }
  }

  @Override
  protected final PeerKind kind() {
    return new OverHttp(served());
  }

  @Override
  protected final void serve(Peer peer, Path folder) {
    server = HttpServer.open(peer,
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  @Override
  protected final PackiceClient connect() {
    return Packice.connect(server.address(), OPTIONS);
  }

  @Override
  protected final Session openSession() {
    return HttpSession.connect(server.address(), OPTIONS);
  }

  @Override
  protected final void stopServing() {
    server.close();
  }

  @Test
  @Override
  void leasesOfSeveralSessionsAreSealedTogether() {
    try (Session one = openSession(); Session two = openSession()) {
      Grant first = one.acquire(create("first", 1));
      Grant second = two.acquire(create("second", 1));
      first.extent().close();
      second.extent().close();
      assertThatThrownBy(() -> two.seal(List.of(first.lease().id(), second.lease().id())))
          .isInstanceOf(NotPermittedException.class).hasMessageContaining("seal it there");
      two.seal(second.lease().id());
    }
    assertThat(client.list("")).hasSize(1);
  }

  @Test
  @Override
  void whatIsHandedOverIsSealedByAnotherClientAfterItsOwnHasGone() {
    try (PackiceClient another = connect(); ObjectWriter part = detached(another, "part", Duration.ofSeconds(60))) {
      String lease = part.handOver();
      assertThatThrownBy(() -> client.seal(List.of(lease), List.of())).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("seal it there");
    }
    assertThat(client.stats().drafts()).isZero();
  }

  @Test
  @Override
  void whatIsFrozenAndHandedOverIsSealedByAnotherClient() {
    try (PackiceClient another = connect(); ObjectWriter part = detached(another, "part", MINUTE)) {
      part.freeze();
      String lease = part.handOver();
      assertThatThrownBy(() -> client.seal(List.of(lease), List.of())).isInstanceOf(NotPermittedException.class);
      client.release(lease);
    }
    assertThat(client.stats().drafts()).isZero();
  }

  @Test
  @Override
  void sessionsSayWhoIsConnected() {
    put("held", "held");
    try (Session session = openSession()) {
      Grant grant = session.acquire(read(new ObjectId("held")));
      grant.extent().close();
      List<SessionStatus> sessions = client.sessions();

      assertThat(sessions).as("the server's own, and those of clients that have had a lease").hasSize(3)
          .allSatisfy(each -> assertThat(each.caller().pid()).isEmpty());
      assertThat(sessions).extracting(SessionStatus::leases).containsExactly(0, 0, 1);
      assertThat(client.stat("held").leases()).isEqualTo(1);
    }
  }
}
