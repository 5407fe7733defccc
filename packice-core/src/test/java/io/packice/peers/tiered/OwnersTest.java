package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.FileKind;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.PeerKind;
import io.packice.contract.SharedKind;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.Caller.Authority;
import io.packice.core.Grant;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may change what, at every kind of peer: an object belongs to the user who made it, wherever it goes. */
final class OwnersTest {
  private static final long PAGE = 4096;
  private static final long CAPACITY = 64 * PAGE;
  private static final ObjectId OBJECT = new ObjectId("hers");

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();

  @AfterEach
  void checkLeaks() {
    LeakCheck.assertNothingHeld();
  }

  /** A kind of peer, by its name. */
  record Kind(String name, PeerKind kind) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    PeerKind memory = PeerKind.over(_ -> new MemfdBlobStore());
    return Stream.of(new Kind("memory", memory), new Kind("files", new FileKind()),
        new Kind("a shared folder", new SharedKind()), new Kind("memory over files", new TieredKind(new FileKind())));
  }

  private static Caller user(long uid) {
    return new Caller(OptionalLong.of(uid), OptionalLong.empty(), Authority.OWN_OBJECTS);
  }

  private static void make(Session session, AcquireRequest request) {
    Grant grant = session.acquire(request);
    grant.extent().close();
    session.seal(grant.lease().id());
    session.release(grant.lease().id());
  }

  private static AcquireRequest create() {
    return AcquireRequest.create(OBJECT, List.of(PAGE));
  }

  private static AcquireRequest replace() {
    return create().withIfExists(IfExists.REPLACE);
  }

  private static void discard(Session session) {
    Grant grant = session.acquire(AcquireRequest.write(OBJECT));
    grant.extent().close();
    session.discard(grant.lease().id());
  }

  private static OptionalLong owner(Session session) {
    return session.stat(OBJECT).object().owner();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anObjectBelongsToWhoeverMadeIt(Kind kind) {
    try (Peer peer = kind.kind.start(folder, CAPACITY, time).peer();
        Session she = peer.openSession(user(1001)); Session sheAgain = peer.openSession(user(1001))) {
      make(she, create());
      assertThat(owner(she)).hasValue(1001);
      sheAgain.pin(OBJECT);
      sheAgain.unpin(OBJECT);
      make(sheAgain, replace());
      discard(she);
      assertThat(she.stats().objects()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void othersMayReadItAndNothingElse(Kind kind) {
    try (Peer peer = kind.kind.start(folder, CAPACITY, time).peer();
        Session she = peer.openSession(user(1001)); Session he = peer.openSession(user(1002))) {
      make(she, create());
      Grant read = he.acquire(AcquireRequest.read(OBJECT));
      read.extent().close();
      assertThatThrownBy(() -> discard(he)).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("Cannot change hers as uid 1002: it belongs to uid 1001");
      assertThatThrownBy(() -> he.discard(read.lease().id())).isInstanceOf(NotPermittedException.class);
      assertThatThrownBy(() -> make(he, replace())).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("Cannot replace hers as uid 1002");
      assertThatThrownBy(() -> he.pin(OBJECT)).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("Cannot pin hers");
      she.pin(OBJECT);
      assertThatThrownBy(() -> he.unpin(OBJECT)).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("Cannot unpin hers");
      assertThat(he.stat(OBJECT).pinned()).isTrue();
      assertThat(he.stats().draftBytes()).as("what a refused replacement set aside").isZero();
      assertThat(owner(he)).hasValue(1001);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whoMayChangeAllObjectsMayChangeHers(Kind kind) {
    try (Peer peer = kind.kind.start(folder, CAPACITY, time).peer();
        Session she = peer.openSession(user(1001));
        Session root = peer.openSession(new Caller(OptionalLong.of(0), OptionalLong.empty()));
        Session http = peer.openSession(new Caller(OptionalLong.empty(), OptionalLong.empty()))) {
      make(she, create());
      root.pin(OBJECT);
      make(root, replace());
      assertThat(owner(she)).as("a new version is a new object").hasValue(0);
      discard(http);
      make(http, create());
      assertThat(owner(she)).isEmpty();
      assertThatThrownBy(() -> discard(she)).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("it belongs to the peer");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void onlyWhoMayChangeAllObjectsMayMakeOneForSomebodyElse(Kind kind) {
    try (Peer peer = kind.kind.start(folder, CAPACITY, time).peer();
        Session he = peer.openSession(user(1002)); Session process = peer.openSession(Caller.thisProcess())) {
      make(process, create().withOwner(OptionalLong.of(1001)));
      assertThatThrownBy(() -> discard(he)).isInstanceOf(NotPermittedException.class);
      discard(process);
      make(he, create().withOwner(OptionalLong.of(1001)));
      assertThat(owner(he)).hasValue(1002);
    }
  }

  @Test
  void theOwnerOutlivesThePeer() {
    PeerKind files = new FileKind();
    try (Peer peer = files.start(folder, CAPACITY, time).peer(); Session she = peer.openSession(user(1001))) {
      make(she, create());
    }
    try (Peer peer = files.start(folder, CAPACITY, time).peer(); Session he = peer.openSession(user(1002))) {
      assertThat(owner(he)).hasValue(1001);
      assertThatThrownBy(() -> discard(he)).isInstanceOf(NotPermittedException.class);
    }
  }

  @Test
  void theOwnerGoesDownAndUpWithTheObject() {
    PeerKind tiers = new TieredKind(new FileKind());
    PeerKind.Running running = tiers.start(folder, CAPACITY, time);
    try (TieredPeer peer = (TieredPeer) running.peer();
        Session she = peer.openSession(user(1001)); Session he = peer.openSession(user(1002))) {
      make(she, create());
      make(he, AcquireRequest.create(new ObjectId("large"), List.of(CAPACITY)));
      assertThat(peer.tiers().demotions()).isEqualTo(1);
      assertThatThrownBy(() -> make(he, replace())).as("while only the cold tier has it")
          .isInstanceOf(NotPermittedException.class);
      assertThatThrownBy(() -> discard(he)).isInstanceOf(NotPermittedException.class);
      for (int i = 0; i < 2; i++) {
        Grant read = he.acquire(AcquireRequest.read(OBJECT));
        read.extent().close();
        he.release(read.lease().id());
      }
      running.chores().run();
      assertThat(peer.tiers().promotions()).isEqualTo(1);
      assertThat(peer.tiers().hot().objects()).isPositive();
      assertThat(owner(he)).hasValue(1001);
      assertThatThrownBy(() -> he.pin(OBJECT)).isInstanceOf(NotPermittedException.class);
      discard(she);
    }
  }
}
