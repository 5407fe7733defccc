package io.packice.races;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.FileKind;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.contract.PeerKind;
import io.packice.contract.SharedKind;
import io.packice.core.AcquireRequest;
import io.packice.core.Caller;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.peers.tiered.TieredKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each race runs 300 rounds over memory, fewer over files; {@code -Dpackice.races=5000} runs more. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ParameterizedClass
@MethodSource("kinds")
final class RacesTest {
  private static final int ROUNDS = Integer.getInteger("packice.races", 300);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long CAPACITY = 1 << 24;

  /** A kind of peer, and how many rounds it runs: with files, each takes longer. */
  record Kind(String name, PeerKind peer, int rounds) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Kind> kinds() {
    int fewer = Math.max(1, ROUNDS / 3);
    return List.of(new Kind("memory", PeerKind.over(_ -> new MemfdBlobStore()), ROUNDS),
        new Kind("files", new FileKind(), fewer), new Kind("shared folder", new SharedKind(), fewer),
        new Kind("memory over files", new TieredKind(new FileKind()), fewer));
  }

  private final ManualTime time = new ManualTime();
  @Parameter Kind kind;
  private PeerKind.Running running;
  private Peer peer;
  private PackiceClient client;

  @BeforeEach
  void start(@TempDir(factory = MemoryDisk.class) Path folder) {
    running = kind.peer.start(folder, CAPACITY, time);
    peer = running.peer();
    client = Packice.connect(peer);
  }

  @AfterEach
  void stop() {
    client.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private void put(String id, int content) {
    put(AcquireRequest.create(new ObjectId(id), List.of(4096L)).withIfExists(AcquireRequest.IfExists.REPLACE), content);
  }

  private void put(AcquireRequest request, int content) {
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().fill((byte) content);
      writer.seal();
    }
  }

  private static String byteOf(MemorySegment segment) {
    return String.valueOf(segment.get(ValueLayout.JAVA_BYTE, 100));
  }

  /** After each round nothing is left but what is sealed, soon: a background thread may be the one that frees. */
  private void assertNoLeaseOrDraft() {
    LeakCheck.eventually(() -> {
      PeerStats stats = client.stats();
      assertThat(List.of(stats.leases(), stats.drafts(), stats.zombieBytes(), stats.leasedBytes())).containsOnly(0L);
    });
  }

  @Test
  void aReadRacesWithTheClose() throws Exception {
    put("other", 7);
    put("object", 42);
    // A third actor maps another object where the first one may have been: its bytes must never be seen.
    Race.of(kind.rounds, "42,closed it,7", "closed,closed it,7").run(_ -> {
      LeasedObject object = client.get("object");
      MemorySegment segment = object.blob(0).segment();
      return List.of(() -> byteOf(segment), () -> {
        object.close();
        return "closed it";
      }, () -> {
        try (LeasedObject other = client.get("other")) {
          return byteOf(other.blob(0).segment());
        }
      });
    }, this::assertNoLeaseOrDraft);
  }

  @Test
  void aReadRacesWithTheEndOfItsLease() throws Exception {
    put("object", 42);
    // The mapping outlives the lease, so the bytes are always right.
    Race.of(kind.rounds, "42,passed").run(_ -> {
      LeasedObject object = client.get(AcquireRequest.read(new ObjectId("object")).withTtl(MINUTE));
      return List.of(() -> {
        try (object) {
          return byteOf(object.blob(0).segment());
        }
      }, () -> {
        time.advance(MINUTE);
        running.chores().run();
        return "passed";
      });
    }, this::assertNoLeaseOrDraft);
  }

  @Test
  void anAcquireRacesWithTheEndOfTheObject() throws Exception {
    Race.of(kind.rounds, "42,passed", "NOT_FOUND,passed").run(_ -> {
      put(AcquireRequest.create(new ObjectId("mortal"), List.of(4096L)).withObjectTtl(MINUTE), 42);
      return List.of(() -> {
        try (LeasedObject object = client.get("mortal")) {
          return byteOf(object.blob(0).segment());
        }
      }, () -> {
        time.advance(MINUTE);
        running.chores().run();
        return "passed";
      });
    }, this::assertNoLeaseOrDraft);
  }

  @Test
  void twoCreateOneId() throws Exception {
    Race.of(kind.rounds, "won,ALREADY_EXISTS", "ALREADY_EXISTS,won").run(round -> {
      String id = "contested-" + round;
      return List.of(() -> create(id, 1), () -> create(id, 2));
    }, () -> {
      client.list("contested").map(status -> status.object().id().value()).forEach(client::discard);
      assertNoLeaseOrDraft();
    });
  }

  private String create(String id, int content) {
    try (ObjectWriter writer = client.create(id, 4096)) {
      writer.blob(0).segment().fill((byte) content);
      writer.seal();
      return "won";
    }
  }

  @Test
  void anAcquireRacesWithTheDiscard() throws Exception {
    Race.of(kind.rounds, "42,discarded", "NOT_FOUND,discarded").run(_ -> {
      put("object", 42);
      return List.of(() -> {
        try (LeasedObject object = client.get("object")) {
          return byteOf(object.blob(0).segment());
        }
      }, () -> {
        client.discard("object");
        return "discarded";
      });
    }, this::assertNoLeaseOrDraft);
  }

  @Test
  void aReaderRacesWithTheReplacement() throws Exception {
    put("object", 0);
    Race.of(kind.rounds, "whole,replaced").run(round -> {
      int before = round & 0x7f;
      int after = round + 1 & 0x7f;
      put("object", before);
      return List.of(() -> {
        try (LeasedObject object = client.get("object")) {
          byte[] bytes = object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE);
          assertThat(bytes[0]).isIn((byte) before, (byte) after);
          assertThat(bytes).containsOnly(bytes[0]);
          return "whole";
        }
      }, () -> {
        put("object", after);
        return "replaced";
      });
    }, this::assertNoLeaseOrDraft);
  }

  @Test
  void twoSealOneDraft() throws Exception {
    try (Session session = peer.openSession(Caller.thisProcess())) {
      Race.of(kind.rounds, "sealed,NOT_PERMITTED", "NOT_PERMITTED,sealed").run(round -> {
        LeaseId lease = draft(session, "draft-" + round);
        return List.of(() -> seal(session, lease), () -> seal(session, lease));
      }, () -> client.list("draft").map(status -> status.object().id().value()).forEach(client::discard));
    }
  }

  @Test
  void aSealRacesWithTheEndOfItsLease() throws Exception {
    try (Session session = peer.openSession(Caller.thisProcess())) {
      Race.of(kind.rounds, "sealed,released", "LEASE_EXPIRED,released").run(round -> {
        LeaseId lease = draft(session, "draft-" + round);
        return List.of(() -> seal(session, lease), () -> {
          session.release(lease);
          return "released";
        });
      }, () -> {
        assertNoLeaseOrDraft();
        client.list("draft").map(status -> status.object().id().value()).forEach(client::discard);
      });
    }
  }

  private static LeaseId draft(Session session, String id) {
    Grant grant = session.acquire(AcquireRequest.create(new ObjectId(id), List.of(10L)));
    grant.extent().close();
    return grant.lease().id();
  }

  private static String seal(Session session, LeaseId lease) {
    session.seal(lease);
    return "sealed";
  }

  @Test
  void aCreateRacesWithTheEndOfItsSession() throws Exception {
    Race.of(kind.rounds, "created,ended", "closed,ended").run(round -> {
      Session session = peer.openSession(Caller.thisProcess());
      return List.of(() -> {
        session.acquire(AcquireRequest.create(new ObjectId("draft-" + round), List.of(10L))).extent().close();
        return "created";
      }, () -> {
        session.close();
        return "ended";
      });
    }, this::assertNoLeaseOrDraft);
  }

  private AcquireRequest member(String id) {
    return AcquireRequest.create(new ObjectId(id), List.of(4096L)).withGroup("table")
        .withIfExists(AcquireRequest.IfExists.REPLACE);
  }

  private ObjectWriter draft(String id, int content) {
    ObjectWriter writer = client.create(member(id));
    writer.blob(0).segment().fill((byte) content);
    return writer;
  }

  /** A manifest says which part there is; the next version discards that part with its seal. */
  private void publish(int version) {
    try (ObjectWriter part = draft("part-" + version, version); ObjectWriter manifest = draft("table", version)) {
      client.seal(List.of(), List.of(part, manifest), List.of("part-" + (version - 1)));
    }
  }

  private String readTable() {
    try (LeasedObject manifest = client.get("table")) {
      int version = manifest.blob(0).segment().get(ValueLayout.JAVA_BYTE, 0);
      ObjectId part = new ObjectId("part-" + version);
      try (LeasedObject object = client.get(AcquireRequest.read(part).withAsOf(manifest.asOf()))) {
        assertThat(byteOf(object.blob(0).segment())).isEqualTo(String.valueOf(version));
        return "whole";
      }
    }
  }

  @Test
  void readersOfATableRaceWithItsReplacement() throws Exception {
    assumeTrue(kind.peer.keepsWhatReadersBeganWith());
    Race.of(kind.rounds, "whole,whole,replaced").run(round -> {
      int version = 2 * (round % 60) + 1;
      publish(version);
      return List.of(this::readTable, this::readTable, () -> {
        publish(version + 1);
        return "replaced";
      });
    }, () -> {
      assertNoLeaseOrDraft();
      client.discardAll(client.list("part-").map(status -> status.object().id().value()).toList());
    });
  }

  @Test
  void theLastReaderEndsWhileAnotherBeginsAsOfItAndTheObjectLeaves() throws Exception {
    assumeTrue(kind.peer.keepsWhatReadersBeganWith());
    Race.of(kind.rounds, "closed,42,discarded", "closed,NOT_FOUND,discarded").run(_ -> {
      put(member("table"), 1);
      put(member("part"), 42);
      LeasedObject holder = client.get("table");
      return List.of(() -> {
        holder.close();
        return "closed";
      }, () -> {
        try (LeasedObject part =
            client.get(AcquireRequest.read(new ObjectId("part")).withAsOf(holder.asOf()))) {
          return byteOf(part.blob(0).segment());
        }
      }, () -> {
        client.discard("part");
        return "discarded";
      });
    }, this::assertNoLeaseOrDraft);
  }
}
