package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much a step looks at while it holds the lock: counted, so that it does not matter how fast the machine is. */
final class CountedStepsTest {
  private static final long LOOKS_PER_LEVEL = 4;

  private long looks;

  /** Something that ends. */
  private record Ending(long endNanos, int number) {
  }

  /** Leases and objects with a TTL are found, added and taken out in logarithmic time, whatever is in between. */
  @ParameterizedTest
  @ValueSource(ints = {1_000, 8_000, 64_000})
  void whatEndsIsKeptInLogarithmicTime(int count) {
    SplittableRandom random = new SplittableRandom(count);
    Expiries<Ending> expiries = new Expiries<>(ending -> {
      looks++;
      return ending.endNanos;
    }, Comparator.comparingInt(Ending::number));
    List<Ending> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new Ending(Long.MAX_VALUE - count / 2 + random.nextInt(count), i)); // the clock overflows in the middle
    }
    long most = LOOKS_PER_LEVEL * (Long.SIZE - Long.numberOfLeadingZeros(count));
    for (Ending ending : all) {
      assertLooks(most, () -> expiries.add(ending));
    }
    for (int i = 0; i < count; i += 3) { // a renewal takes out and adds
      Ending ending = all.get(random.nextInt(count));
      assertLooks(most, () -> expiries.remove(ending));
      assertLooks(most, () -> expiries.add(ending));
    }
    for (int i = 0; i < count; i++) {
      assertLooks(most, () -> expiries.remove(Objects.requireNonNull(expiries.firstDue(Long.MIN_VALUE + 2L * count))));
    }
    assertThat(expiries.first()).isNull();
  }

  private void assertLooks(long most, Runnable step) {
    looks = 0;
    step.run();
    assertThat(looks).isLessThanOrEqualTo(most);
  }

  private static void put(Session session, String id, String group) {
    Grant grant = session.acquire(AcquireRequest.create(new ObjectId(id), List.of(1L)).withGroup(group));
    grant.extent().close();
    session.seal(grant.lease().id());
    session.release(grant.lease().id());
  }

  /** A list of what is idle that is read in parts is gone over once: each part begins where the last has ended, in the middle of a group too. */
  @Test
  void whatIsIdleIsGoneOverOnce() {
    int count = 300;
    try (LocalPeer peer = new LocalPeer(new MemfdBlobStore(), LeaseStore.none(), 1 << 24, TimeSource.SYSTEM);
        LocalSession session = (LocalSession) peer.openSession(Caller.thisProcess())) {
      for (int i = 0; i < count; i++) {
        put(session, "object-" + i, i % 3 == 0 ? null : "group-" + i / 100);
      }
      List<ObjectId> whole = session.idle(Long.MAX_VALUE).stream().map(status -> status.object().id()).toList();
      assertThat(whole).hasSize(count);

      List<ObjectId> read = new ArrayList<>();
      IdleListing listing = null;
      for (Part<ObjectStatus> part = session.idle(Long.MAX_VALUE, 0, 7); !part.items().isEmpty();
          part = session.idle(Long.MAX_VALUE, read.size(), 7)) {
        part.items().forEach(status -> read.add(status.object().id()));
        if (part.hasMore()) {
          assertThat(session.idle).isSameAs(Objects.requireNonNullElse(listing, session.idle));
          assertThat(session.idle.given()).isEqualTo(read.size());
          listing = session.idle;
        }
      }
      assertThat(read).isEqualTo(whole);
      assertThat(session.idle).isNull();
    }
    LeakCheck.assertNothingHeld();
  }

  /** Where the object at which a part has ended is idle no more, the next part is found by walking. */
  @Test
  void aListIsReadOnWhateverBecomesOfIt() {
    try (LocalPeer peer = new LocalPeer(new MemfdBlobStore(), LeaseStore.none(), 1 << 24, TimeSource.SYSTEM);
        LocalSession session = (LocalSession) peer.openSession(Caller.thisProcess())) {
      for (int i = 0; i < 10; i++) {
        put(session, "object-" + i, null);
      }
      assertThat(session.idle(Long.MAX_VALUE, 0, 4).items()).hasSize(4);
      Grant used = session.acquire(AcquireRequest.read(new ObjectId("object-3")));
      used.extent().close();
      assertThat(ids(session.idle(Long.MAX_VALUE, 4, 4))).containsExactly("object-5", "object-6", "object-7",
          "object-8");
      session.release(used.lease().id());
      assertThat(ids(session.idle(Long.MAX_VALUE, 8, 4))).containsExactly("object-9", "object-3");
      assertThat(ids(session.idle(Long.MAX_VALUE, 0, 2))).containsExactly("object-0", "object-1");
      assertThat(ids(session.idle(1, 0, 2))).containsExactly("object-0");
      assertThat(ids(session.idle(Long.MAX_VALUE, 100, 2))).isEmpty();
    }
    LeakCheck.assertNothingHeld();
  }

  private static List<String> ids(Part<ObjectStatus> part) {
    return part.items().stream().map(status -> status.object().id().value()).toList();
  }
}
