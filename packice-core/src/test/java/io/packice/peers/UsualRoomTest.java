package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.CapacityExceededException;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.peers.tiered.TieredPeer;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.uds.UdsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of peer that was told to evict nothing of its own accord, over each transport. */
final class UsualRoomTest {
  private static final long PAGE = 4096;
  private static final long CAPACITY = 64 * PAGE;

  @TempDir(factory = MemoryDisk.class) private Path folder;

  enum Kind {
    MEMORY {
      @Override
      Peer open(Path data) {
        return MemoryPeer.create(CAPACITY, PeerOptions.DEFAULT.withUsualRoom(Room.FREE));
      }
    },
    FILES {
      @Override
      Peer open(Path data) {
        return FileSystemPeer.open(data, CAPACITY, PeerOptions.DEFAULT.withUsualRoom(Room.FREE));
      }
    },
    SHARED_FOLDER {
      @Override
      Peer open(Path data) {
        return SharedFileSystemPeer.open(data, CAPACITY, SharedFileSystemPeer.DEFAULT_TIMEOUT,
            PeerOptions.DEFAULT.withUsualRoom(Room.FREE));
      }
    },
    /** As large as the others, and a hot tier that hardly takes anything. */
    MEMORY_OVER_FILES {
      @Override
      Peer open(Path data) {
        return TieredPeer.over(MemoryPeer.create(2 * PAGE), FILES.open(data));
      }
    };

    abstract Peer open(Path data);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void nothingIsEvictedUnlessTheRequestSaysSo(Kind kind) {
    try (Peer peer = kind.open(folder.resolve("data"))) {
      try (UdsServer server = UdsServer.open(peer, folder.resolve("packice.sock"));
          HttpServer http = HttpServer.open(peer,
              HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
        try (PackiceClient direct = Packice.connect(peer);
            PackiceClient uds = Packice.connect(server.socket());
            PackiceClient overHttp = Packice.connect(http.address().toString())) {
          put(direct, "idle", Room.USUAL);
          for (PackiceClient client : List.of(direct, uds, overHttp)) {
            assertThatThrownBy(() -> put(client, "refused", Room.USUAL)).isInstanceOf(CapacityExceededException.class)
                .hasMessageContaining(40 * PAGE + " idle but not to be evicted").hasMessageContaining("let it evict");
            assertThat(ids(direct)).containsExactly("idle");
          }
          for (PackiceClient client : List.of(direct, uds, overHttp)) {
            put(client, "made", Room.EVICT);
            assertThat(ids(direct)).containsExactly("made");
            direct.discard("made");
            put(direct, "idle", Room.USUAL);
          }
        }
      }
    }
    LeakCheck.assertNothingHeld();
  }

  private static void put(PackiceClient client, String id, Room room) {
    AcquireRequest request = AcquireRequest.create(new ObjectId(id), List.of(40 * PAGE)).withRoom(room);
    try (ObjectWriter writer = client.create(request)) {
      writer.seal();
    }
  }

  private static List<String> ids(PackiceClient client) {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  @Test
  void otherwiseTheLeastRecentlyUsedIsEvicted() {
    try (Peer peer = MemoryPeer.create(CAPACITY); PackiceClient client = Packice.connect(peer)) {
      put(client, "idle", Room.USUAL);
      put(client, "made", Room.USUAL);
      assertThat(ids(client)).containsExactly("made");
      try (LeasedObject _ = client.get("made")) {
        assertThatThrownBy(() -> put(client, "more", Room.USUAL)).isInstanceOf(CapacityExceededException.class);
      }
    }
  }

  @Test
  void whatIsUsualMustBeSaid() {
    assertThatIllegalArgumentException().isThrownBy(() -> PeerOptions.DEFAULT.withUsualRoom(Room.USUAL))
        .withMessage("Cannot make USUAL the usual room; give EVICT or FREE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AcquireRequest.create(null, null).withExpectedBytes(-1))
        .withMessage("Cannot expect -1 bytes; give 0 if it is not known");
  }
}
