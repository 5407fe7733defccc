package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.SlowLeaseStore;
import io.packice.contract.SlowLeaseStore.Call;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.LocalPeer;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.core.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer whose leases are known in another process, too, which answers when it likes. */
@Timeout(120)
final class LeasesElsewhereTest {
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final ObjectId READ = new ObjectId("read");

  private final ManualTime time = new ManualTime();
  private final SlowLeaseStore store = new SlowLeaseStore(new InMemoryLeaseStore(time));
  private final LocalPeer peer = new LocalPeer(new MemfdBlobStore(), store, 1 << 24, time);
  private final Session session = peer.openSession(Caller.thisProcess());

  @AfterEach
  void stop() {
    session.close();
    assertThat(store.leases()).isEmpty();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private LeaseId acquire(AcquireRequest request) {
    Grant grant = session.acquire(request);
    grant.extent().close();
    return grant.lease().id();
  }

  private LeaseId draft(String id) {
    return acquire(AcquireRequest.create(new ObjectId(id), List.of(1L)).withTtl(TTL).withIfExists(IfExists.REPLACE));
  }

  private void put(String id) {
    LeaseId lease = draft(id);
    session.seal(lease);
    session.release(lease);
  }

  private List<Intent> intents() {
    return store.leases().stream().map(LeaseRecord::intent).toList();
  }

  @Test
  void theStoreKnowsWhatLives() {
    LeaseId lease = draft("made");
    assertThat(intents()).containsExactly(Intent.CREATE);
    session.seal(lease);
    assertThat(intents()).containsExactly(Intent.READ);
    LeaseId detached = acquire(AcquireRequest.read(new ObjectId("made")).withBinding(Binding.DETACHED));
    assertThat(store.leases()).extracting(LeaseRecord::isBound).containsExactly(true, false);
    assertThat(store.leases()).extracting(LeaseRecord::ttl).containsExactly(TTL, AcquireRequest.DEFAULT_TTL);
    session.release(lease);
    assertThat(store.leases()).extracting(LeaseRecord::id).containsExactly(detached);
    session.discard(acquire(AcquireRequest.write(new ObjectId("made"))));
    session.release(detached);
    assertThat(intents()).isEmpty();
  }

  @Test
  void onlyWhatGivesRenewsOrEndsALeaseAsksTheStore() {
    put("read");
    LeaseId draft = draft("draft");
    store.takeCalls();
    session.freeze(draft);
    session.list("", null, 10);
    session.stat(READ);
    session.idle(1);
    session.idle(1, 0, 10);
    session.stats();
    session.sessions();
    session.pin(READ);
    session.unpin(READ);
    session.seal(List.of(), List.of(READ));
    peer.room(1);
    peer.runChores();
    peer.openSession(Caller.thisProcess()).close();
    assertThatThrownBy(() -> session.acquire(AcquireRequest.read(READ))).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> session.renew(new LeaseId("guess"))).isInstanceOf(LeaseExpiredException.class);
    assertThat(session.renew(List.of(new LeaseId("guess")))).containsExactly(new LeaseId("guess"));
    session.release(new LeaseId("guess"));
    assertThat(store.takeCalls()).isEmpty();

    session.seal(draft);
    assertThat(store.takeCalls()).hasSize(1);
    session.renew(draft);
    assertThat(store.takeCalls()).hasSize(1);
    session.release(draft);
    assertThat(store.takeCalls()).hasSize(1);
  }

  @Test
  void nothingElseWaitsForIt() throws Exception {
    put("read");
    put("old");
    LeaseId frozen = draft("frozen");
    LeaseId detached = acquire(AcquireRequest.read(READ).withTtl(TTL).withBinding(Binding.DETACHED));
    store.slowDown();
    try (ExecutorService others = Executors.newCachedThreadPool()) {
      Future<LeaseId> reader = others.submit(() -> acquire(AcquireRequest.read(READ)));
      store.awaitCalls(1);

      session.freeze(frozen);
      assertThat(session.list("", null, 10).objects()).hasSize(2);
      assertThat(session.stat(READ).leases()).isEqualTo(2); // protected already
      session.pin(READ);
      session.unpin(READ);
      session.seal(List.of(), List.of(new ObjectId("old")));
      assertThat(session.idle(Long.MAX_VALUE)).isEmpty();
      assertThat(session.stats().leases()).isEqualTo(3);
      time.advance(TTL);
      peer.runChores(); // what has expired is over at once
      assertThat(session.stats().leases()).isEqualTo(1);
      assertThat(session.stats().drafts()).isZero();
      LeakCheck.eventually(() -> assertThat(session.stats().zombieBytes()).isZero());
      assertThat(reader.isDone()).isFalse();

      store.letGoOn(100);
      session.release(reader.get());
      session.release(detached);
    }
  }

  @Test
  void manyLeasesAreRenewedAndEndedInOneCall() {
    put("read");
    List<LeaseId> leases = IntStream.range(0, 300).mapToObj(_ -> acquire(AcquireRequest.read(READ))).toList();
    store.takeCalls();
    assertThat(session.renew(leases)).isEmpty();
    assertThat(store.takeCalls()).extracting(call -> call.live().size()).containsExactly(300);
    session.close();
    assertThat(store.takeCalls()).extracting(call -> call.ended().size()).containsExactly(300);
  }

  @Test
  void theTtlCountsFromWhenTheStoreHasAnswered() throws Exception {
    put("read");
    store.slowDown();
    try (ExecutorService others = Executors.newCachedThreadPool()) {
      Future<LeaseId> reader = others.submit(() -> acquire(AcquireRequest.read(READ).withTtl(TTL)));
      Future<LeaseId> writer = others.submit(() -> draft("slow"));
      store.awaitCalls(1);
      LeakCheck.eventually(() -> assertThat(session.stats().leases()).isEqualTo(2));
      time.advance(TTL.multipliedBy(2));
      peer.runChores();
      store.letGoOn(100);
      assertThat(session.renew(List.of(reader.get(), writer.get()))).isEmpty();
      session.release(reader.get());
      session.release(writer.get());
    }
  }

  @Test
  void whatTheStoreRefusesIsNotGivenAndWhatIsHeldStays() {
    put("read");
    LeaseId held = acquire(AcquireRequest.read(READ).withTtl(TTL));
    LeaseId draft = draft("draft");
    LeaseId released = acquire(AcquireRequest.read(READ));
    store.refuse(new StorageException("no answer within 3 s"));
    assertThatThrownBy(() -> session.acquire(AcquireRequest.read(READ))).isInstanceOf(StorageException.class)
        .hasMessage(
            "Cannot acquire read: the lease store has refused: no answer within 3 s; what is held already stays so, try again when the store answers");
    assertThatThrownBy(() -> draft("other")).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> session.renew(held)).isInstanceOf(StorageException.class)
        .hasMessageStartingWith("Cannot renew the lease on read: ");
    assertThatThrownBy(() -> session.renew(List.of(held, draft))).isInstanceOf(StorageException.class)
        .hasMessageStartingWith("Cannot renew 2 leases: ");
    session.release(released);
    assertThat(session.stats().leases()).isEqualTo(2);
    assertThat(session.stats().drafts()).isEqualTo(1);
    session.seal(draft); // its bytes are there
    assertThat(session.list("", null, 10).objects()).hasSize(2);

    store.refuse(null);
    assertThat(store.leases()).extracting(LeaseRecord::id).containsExactlyInAnyOrder(held, draft, released);
    assertThat(session.renew(List.of(held, draft))).isEmpty();
    assertThat(store.leases()).extracting(LeaseRecord::id).containsExactlyInAnyOrder(held, draft); // it hears of the rest
    assertThat(intents()).containsOnly(Intent.READ);
    session.release(held);
    session.release(draft);
  }

  @Test
  void whatHasExpiredGoesWithTheNextCall() {
    put("read");
    LeaseId brief = acquire(AcquireRequest.read(READ).withTtl(Duration.ofSeconds(1)));
    time.advance(Duration.ofSeconds(1));
    session.stats();
    store.takeCalls();
    LeaseId next = acquire(AcquireRequest.read(READ));
    assertThat(store.takeCalls()).extracting(Call::ended).containsExactly(List.of(brief));
    session.release(next);
  }

  /** However threads meet, in the end the store has what the peer has. */
  @Test
  void theStoreEndsWithWhatThePeerHas() throws Exception {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    put("read");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<CompletableFuture<List<LeaseId>>> all = IntStream.range(0, 4)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> live(new SplittableRandom(seed + i)), threads)).toList();
      List<LeaseId> held = all.stream().flatMap(each -> each.join().stream()).toList();
      assertThat(store.leases()).as("seed %s", seed).extracting(LeaseRecord::id)
          .containsExactlyInAnyOrderElementsOf(held);
      assertThat(session.stats().leases()).isEqualTo(held.size());
    }
  }

  private List<LeaseId> live(SplittableRandom random) {
    List<LeaseId> held = new ArrayList<>();
    Session own = peer.openSession(Caller.thisProcess());
    for (int step = 0; step < 500; step++) {
      switch (held.isEmpty() ? 0 : random.nextInt(5)) {
        case 0, 1 -> held.add(acquire(AcquireRequest.read(READ).withTtl(random.nextBoolean() ? TTL : null)));
        case 2 -> assertThat(session.renew(held)).isEmpty();
        case 3 -> session.release(held.remove(random.nextInt(held.size())));
        default -> {
          own.acquire(AcquireRequest.read(READ)).extent().close();
          own.close();
          own = peer.openSession(Caller.thisProcess());
        }
      }
    }
    own.close();
    return held;
  }
}
