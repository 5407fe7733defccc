package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.SlowLeaseStore;
import io.packice.contract.SlowStore;
import io.packice.contract.SlowStore.Step;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.LocalPeer;
import io.packice.core.ObjectId;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.uds.UdsServer;
import io.packice.transport.uds.UdsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever takes long in one thread of a client, its other threads go on. */
@Timeout(300)
final class LongOperationsTest {
  private static final Duration TTL = Duration.ofMinutes(1);
  /** As many as a client of the Unix socket has under way at most. */
  private static final int MOST = 7;

  @TempDir private Path folder;
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayGoOn = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean slow = true;
  private final SlowLeaseStore leases = new SlowLeaseStore(new InMemoryLeaseStore(TimeSource.SYSTEM));
  private final LocalPeer peer = new LocalPeer(new SlowStore(new MemfdBlobStore(), this::takeLong),
      leases, 1 << 24, TimeSource.SYSTEM);
  private AutoCloseable server = () -> {
  };
  private PackiceClient client;

  /** How the peer is reached. */
  enum Transport {
    DIRECT, UDS, HTTP
  }

  private void takeLong(Step step) {
    if (step == Step.FREEZE && slow) {
      begun.release();
      mayGoOn.acquireUninterruptibly();
    }
  }

  private void connect(Transport transport) {
    switch (transport) {
      case DIRECT -> client = Packice.connect(peer);
      case UDS -> {
        UdsServer uds = UdsServer.open(peer, folder.resolve("p.sock"));
        server = uds;
        client = Packice.connect(uds.socket());
      }
      case HTTP -> {
        HttpServer http = HttpServer.open(peer,
            HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        server = http;
        client = Packice.connect(http.address().toString());
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private void seal(String id) {
    try (ObjectWriter writer = client.create(id, 1)) {
      writer.seal();
    }
  }

  /** Seals objects, each in a thread, and comes back when so many are in the middle of it. */
  private void sealSlowly(int count, int atATime) {
    IntStream.range(0, count).forEach(i -> threads.add(Thread.ofPlatform().start(() -> seal("slow-" + i))));
    begun.acquireUninterruptibly(atATime);
  }

  private void goOn() throws InterruptedException {
    slow = false;
    mayGoOn.release(threads.size());
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void othersCreateSealReadAndRenewMeanwhile(Transport transport) throws InterruptedException {
    connect(transport);
    sealSlowly(3, 3);
    slow = false;
    seal("quick");
    try (LeasedObject object = client.get(AcquireRequest.read(new ObjectId("quick")).withTtl(TTL));
        ObjectWriter writer = client.create("frozen", 1)) {
      assertThat(object.renew()).isEqualTo(TTL);
      writer.freeze();
      assertThat(client.list("")).hasSize(1);
      client.discard("quick");
    }
    assertThat(client.stats().drafts()).isEqualTo(3);
    goOn();
    assertThat(client.list("")).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void readersGoOnHoweverManyTakeLong(Transport transport) throws InterruptedException {
    connect(transport);
    slow = false;
    seal("read");
    slow = true;
    sealSlowly(2 * MOST, transport == Transport.UDS ? MOST : 2 * MOST);
    for (int i = 0; i < 100; i++) {
      client.get("read").close();
    }
    assertThat(client.stat("read").leases()).isZero();
    goOn();
    assertThat(client.list("")).hasSize(2 * MOST + 1);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void leasesAreRenewedHoweverManyTakeLong(Transport transport) throws InterruptedException {
    connect(transport);
    slow = false;
    seal("kept");
    slow = true;
    try (LeasedObject object =
        client.get(AcquireRequest.read(new ObjectId("kept")).withTtl(TTL).withBinding(Binding.DETACHED))) {
      sealSlowly(2 * MOST, transport == Transport.UDS ? MOST : 2 * MOST);
      LeaseId lease = object.lease().id();
      assertThat(leases.takeCalls()).isNotEmpty();
      client.keep(lease.value(), Duration.ofMillis(30));
      LeakCheck.eventually(() -> assertThat(leases.takeCalls()).flatExtracting(SlowLeaseStore.Call::live)
          .extracting(LeaseRecord::id).contains(lease));
      client.forget(lease.value());
    }
    goOn();
  }

  @ParameterizedTest
  @EnumSource(value = Transport.class, names = "UDS")
  void whatIsBeingSealedIsSealedWhenItsClientHasGone(Transport transport) throws InterruptedException {
    connect(transport);
    Session session = UdsSession.connect(folder.resolve("p.sock"));
    Grant grant = session.acquire(AcquireRequest.create(new ObjectId("gone"), List.of(1L)));
    grant.extent().close();
    threads.add(Thread.ofPlatform().start(() -> {
      try {
        session.seal(grant.lease().id());
      } catch (PeerUnavailableException gone) {
        begun.release();
      }
    }));
    begun.acquireUninterruptibly();
    session.close();
    begun.acquireUninterruptibly(); // the sealing thread knows
    goOn();
    LeakCheck.eventually(() -> assertThat(client.stats().leases()).isZero());
    assertThat(client.stat("gone").object().byteSize()).isEqualTo(1);
  }
}
