package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.Part;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.peers.tiered.TieredPeer;
import io.packice.transport.http.HttpClientOptions;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.http.HttpSession;
import io.packice.transport.uds.UdsServer;
import io.packice.transport.uds.UdsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is no blob is bounded and counted too: names, groups, metadata and leases, of each kind of peer. */
final class BookkeepingTest {
  private static final long CAPACITY = 1 << 24;
  private static final long LIMIT = 2 << 20;
  private static final String LONG = "x".repeat(60_000);
  private static final Caller SOMEBODY = new Caller(OptionalLong.of(1000), OptionalLong.of(4711));

  @TempDir(factory = MemoryDisk.class) private Path folder;

  enum Kind {
    MEMORY {
      @Override
      Peer open(Path data, Room room) {
        return MemoryPeer.create(CAPACITY, options(room));
      }
    },
    FILES {
      @Override
      Peer open(Path data, Room room) {
        return FileSystemPeer.open(data, CAPACITY, options(room));
      }
    },
    SHARED_FOLDER {
      @Override
      Peer open(Path data, Room room) {
        return SharedFileSystemPeer.open(data, CAPACITY, SharedFileSystemPeer.DEFAULT_TIMEOUT, options(room));
      }
    },
    MEMORY_OVER_FILES {
      @Override
      Peer open(Path data, Room room) {
        return TieredPeer.over(MemoryPeer.create(CAPACITY, options(Room.EVICT)), FILES.open(data, room));
      }

      // there is one account, of what both may have
      @Override
      long limit() {
        return 2 * LIMIT;
      }
    };

    abstract Peer open(Path data, Room room);

    private static PeerOptions options(Room room) {
      return PeerOptions.DEFAULT.withUsualRoom(room).withBookkeepingBytes(LIMIT);
    }

    long limit() {
      return LIMIT;
    }
  }

  private static void put(Session session, String id, String text) {
    Grant grant = session
        .acquire(AcquireRequest.create(new ObjectId(id), List.of()).withMeta(Metadata.of(java.util.Map.of("k", text))));
    grant.extent().close();
    session.seal(grant.lease().id());
    session.release(grant.lease().id());
  }

  private static LeaseId read(Session session, String id) {
    Grant grant = session.acquire(AcquireRequest.read(new ObjectId(id)));
    grant.extent().close();
    return grant.lease().id();
  }

  private static List<String> ids(Peer peer) {
    try (PackiceClient client = Packice.connect(peer)) {
      return client.list("").map(status -> status.object().id().value()).toList();
    }
  }

  /** Objects without a byte of their own take no capacity, and all the more heap. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void metadataEvictsWhatNobodyUses(Kind kind) {
    try (Peer peer = kind.open(folder.resolve("data"), Room.EVICT); Session session = peer.openSession(SOMEBODY)) {
      put(session, "leased", LONG);
      read(session, "leased");
      put(session, "pinned", LONG);
      session.pin(new ObjectId("pinned"));
      for (int i = 0; i < 150; i++) {
        put(session, "o" + (1000 + i), LONG);
        PeerStats stats = session.stats();
        assertThat(stats.bookkeepingBytes()).isLessThanOrEqualTo(stats.bookkeepingLimitBytes());
      }
      assertThat(session.stats().evictions()).isPositive();
      assertThat(ids(peer)).contains("leased", "pinned", "o1149").doesNotContain("o1000");
    }
    LeakCheck.assertNothingHeld();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatCannotBeEvictedIsRefusedWithNumbers(Kind kind) {
    try (Peer peer = kind.open(folder.resolve("data"), Room.FREE); Session session = peer.openSession(SOMEBODY)) {
      assertThatThrownBy(() -> {
        for (int i = 0; i < 150; i++) {
          put(session, "o" + (1000 + i), LONG);
        }
      }).isInstanceOf(CapacityExceededException.class).hasMessageContaining("its name, group and metadata need 61")
          .hasMessageContaining(" of " + kind.limit() / 4 * 3 + ";").hasMessageContaining("but not to be evicted")
          .hasMessageContaining("--bookkeeping");
      assertThat(session.stats().evictions()).isZero();
      assertThat(session.stats().refusals()).isPositive();
      List<String> all = ids(peer);
      assertThat(all).hasSizeGreaterThan(20).startsWith("o1000");
      assertThat(session.stats().drafts()).isZero();
      all.forEach(id -> session.discard(new ObjectId(id)));
      LeakCheck.eventually(() -> assertThat(session.stats().bookkeepingBytes()).isZero());
      put(session, "again", LONG);
    }
    LeakCheck.assertNothingHeld();
  }

  /** A lease of a hundred years is held by nobody's connection. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void leasesHaveAPartOfTheirOwn(Kind kind) {
    try (Peer peer = kind.open(folder.resolve("data"), Room.EVICT); Session session = peer.openSession(SOMEBODY)) {
      put(session, "o", "short");
      List<LeaseId> leases = new ArrayList<>();
      assertThatThrownBy(() -> {
        for (int i = 0; i < 10_000; i++) {
          leases.add(read(session, "o"));
        }
      }).isInstanceOf(CapacityExceededException.class)
          .hasMessageStartingWith("Cannot acquire o: ")
          .hasMessageContaining(" of " + kind.limit() / 4 + " bytes of heap; release some");
      int most = (int) (kind.limit() / 4 / 1024);
      assertThat(leases).hasSizeBetween(most - 12, most + 1);
      assertThatThrownBy(() -> put(session, "p", "short")).isInstanceOf(CapacityExceededException.class);
      try (Session own = peer.openSession(Caller.thisProcess())) {
        own.release(read(own, "o"));
      }
      session.release(leases.removeLast());
      session.release(read(session, "o"));
      leases.forEach(session::release);
      put(session, "q", "short");
      assertThat(session.stats().leases()).isZero();
    }
    LeakCheck.assertNothingHeld();
  }

  /** The zombies of a replaced object, and drafts, count as long as they are there. */
  @Test
  void everyVersionCounts() {
    try (Peer peer = Kind.MEMORY.open(folder, Room.FREE); Session session = peer.openSession(SOMEBODY)) {
      put(session, "o", LONG);
      long one = session.stats().bookkeepingBytes();
      LeaseId lease = read(session, "o");
      Grant draft = session.acquire(
          AcquireRequest.create(new ObjectId("o"), List.of()).withMeta(Metadata.of(java.util.Map.of("k", LONG)))
              .withIfExists(AcquireRequest.IfExists.REPLACE));
      draft.extent().close();
      assertThat(session.stats().bookkeepingBytes()).isBetween(2 * one, 2 * one + 3_000);
      session.seal(draft.lease().id());
      assertThat(session.stats().bookkeepingBytes()).isBetween(2 * one, 2 * one + 3_000);
      session.release(lease);
      session.release(draft.lease().id());
      LeakCheck.eventually(() -> assertThat(session.stats().bookkeepingBytes()).isEqualTo(one));
    }
  }

  /** What a folder has is served whatever it takes: nothing is lost by a smaller heap before somebody creates. */
  @Test
  void whatIsThereAtAStartIsServed() {
    try (Peer peer = FileSystemPeer.open(folder.resolve("data"), CAPACITY,
        PeerOptions.DEFAULT.withBookkeepingBytes(16 * LIMIT));
        Session session = peer.openSession(SOMEBODY)) {
      for (int i = 0; i < 40; i++) {
        put(session, "o" + (1000 + i), LONG);
      }
    }
    try (Peer peer = Kind.FILES.open(folder.resolve("data"), Room.EVICT);
        Session session = peer.openSession(SOMEBODY)) {
      assertThat(ids(peer)).hasSize(40);
      assertThat(session.stats().bookkeepingBytes()).isGreaterThan(LIMIT);
      put(session, "new", LONG);
      assertThat(session.stats().bookkeepingBytes()).isLessThan(LIMIT);
      assertThat(ids(peer)).contains("new").hasSizeBetween(20, 30);
    }
    LeakCheck.assertNothingHeld();
  }

  /** A page is bounded by what it says, not by how many objects say it. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void pagesAreBoundedInBytes(Kind kind) {
    String wide = "\u20ac".repeat(20_000);
    try (Peer peer = kind.open(folder.resolve("data"), Room.EVICT); Session session = peer.openSession(SOMEBODY)) {
      for (int i = 0; i < 30; i++) {
        put(session, "o" + (1000 + i), wide);
      }
      int seen = 0;
      ObjectId after = null;
      do {
        var page = session.list("", after, 1_000);
        assertThat(page.objects()).isNotEmpty().hasSizeLessThan(20);
        seen += page.objects().size();
        after = page.next();
      } while (after != null);
      assertThat(seen).isEqualTo(ids(peer).size());
      Part<ObjectStatus> first = session.idle(Long.MAX_VALUE, 0, Part.MAX_LIMIT);
      assertThat(first.hasMore()).isTrue();
      assertThat(first.items()).hasSizeBetween(10, 19);
      List<String> idle = names(session.idle(Long.MAX_VALUE));
      assertThat(idle).hasSize(seen);
      try (UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
          HttpServer http = HttpServer.open(peer,
              HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
          Session uds = UdsSession.connect(server.socket());
          Session overHttp = HttpSession.connect(http.address(), HttpClientOptions.DEFAULT)) {
        for (Session remote : List.of(uds, overHttp)) {
          assertThat(names(remote.idle(Long.MAX_VALUE))).isEqualTo(idle);
          assertThat(names(remote.idle(Long.MAX_VALUE, 0, Part.MAX_LIMIT).items())).isEqualTo(names(first.items()));
          assertThat(remote.idle(Long.MAX_VALUE, 5, 3)).satisfies(part -> {
            assertThat(part.hasMore()).isTrue();
            assertThat(names(part.items())).isEqualTo(idle.subList(5, 8));
          });
          assertThat(remote.idle(Long.MAX_VALUE, 1_000_000, 1)).isEqualTo(new Part<>(List.of(), false));
          assertThat(remote.sessions()).hasSize((int) session.stats().sessions());
          assertThat(remote.sessions(1, 1).items()).hasSize(1);
          assertThat(remote.sessions(1, 1).hasMore()).isTrue();
          assertThatIllegalArgumentException().isThrownBy(() -> remote.idle(1, -1, 1));
          assertThatIllegalArgumentException().isThrownBy(() -> remote.sessions(0, 1_001));
        }
      }
    }
    LeakCheck.assertNothingHeld();
  }

  private static List<String> names(List<ObjectStatus> objects) {
    return objects.stream().map(status -> status.object().id().value()).toList();
  }

  @Test
  void aLimitIsNotTooSmall() {
    assertThatIllegalArgumentException().isThrownBy(() -> PeerOptions.DEFAULT.withBookkeepingBytes(1 << 19))
        .withMessage("Cannot keep books of 524288 bytes; give at least 1048576, or leave it to the peer");
  }
}
