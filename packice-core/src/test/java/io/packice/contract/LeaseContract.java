package io.packice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.CapacityExceededException;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The part of {@link ClientContractTest} that is about leases, waiting, capacity and listings. */
abstract class LeaseContract extends ClientFixture {
  // ---- leases

  @Test
  void discardingFreesTheIdAtOnceAndTheBytesAfterTheLastReader() {
    put("discarded", "first");
    LeasedObject reader = client.get("discarded");
    client.discard("discarded");

    assertThatThrownBy(() -> client.get("discarded")).isInstanceOf(NotFoundException.class);
    put("discarded", "second");
    assertThat(text(reader)).isEqualTo("first");
    assertThat(read("discarded")).isEqualTo("second");
    assertThat(zombieBytes()).isEqualTo(PAGE);
    reader.close();
    assertThat(zombieBytes()).isZero();
  }

  @Test
  void aReadLeaseCannotDiscardAndAWriteLeaseCan() {
    put("guarded", "guarded");
    try (Session session = openSession()) {
      Grant reading = session.acquire(read(new ObjectId("guarded")));
      Grant writing = session.acquire(AcquireRequest.write(new ObjectId("guarded")));
      reading.extent().close();
      writing.extent().close();
      assertThatThrownBy(() -> session.discard(reading.lease().id())).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("WRITE");
      session.discard(writing.lease().id());
      assertThatThrownBy(() -> session.discard(writing.lease().id())).isInstanceOf(LeaseExpiredException.class);
    }
    assertThatThrownBy(() -> client.discard("guarded")).isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Cannot discard guarded: ");
  }

  @Test
  void aDraftCanBeDiscardedByItsCreator() {
    try (Session session = openSession()) {
      Grant grant = session.acquire(create("dropped", 1));
      grant.extent().close();
      session.discard(grant.lease().id());
      assertThatThrownBy(() -> session.seal(grant.lease().id())).isInstanceOf(LeaseExpiredException.class);
    }
  }

  @Test
  void aLeaseEndsWithItsTtlUnlessItIsRenewed() {
    put("timed", "timed");
    LeasedObject object = client.get(read(new ObjectId("timed")).withTtl(MINUTE));
    pass(MINUTE.minusNanos(1));
    assertThat(leasesOn("timed")).isEqualTo(1);
    assertThat(object.renew()).isEqualTo(MINUTE);
    pass(MINUTE.minusNanos(1));
    assertThat(leasesOn("timed")).isEqualTo(1);
    pass(Duration.ofNanos(1));

    assertThat(leasesOn("timed")).isZero();
    assertThatThrownBy(object::renew).isInstanceOf(LeaseExpiredException.class);
    assertThat(text(object)).isEqualTo("timed");
    object.close();
  }

  @Test
  void whoKnowsTheIdOfALeaseRenewsIt() {
    put("timed", "timed");
    String lease;
    try (Session other = openSession()) {
      Grant grant = other.acquire(read(new ObjectId("timed")).withTtl(MINUTE));
      grant.extent().close();
      lease = grant.lease().id().value();
      pass(MINUTE.minusNanos(1));
      assertThat(client.renew(lease)).isEqualTo(MINUTE);
      pass(MINUTE.minusNanos(1));
      assertThat(leasesOn("timed")).isEqualTo(1);
      pass(Duration.ofNanos(1));
      assertThat(leasesOn("timed")).isZero();
    }
    assertThatThrownBy(() -> client.renew(lease)).isInstanceOf(LeaseExpiredException.class)
        .hasMessageContaining("Cannot renew lease").hasMessageNotContaining(lease);
    assertThatThrownBy(() -> client.renew("guess")).isInstanceOf(LeaseExpiredException.class);
  }

  @Test
  void aLeaseThatLivesAsLongAsItsSessionHasNoTtlToRenew() {
    put("held", "held");
    try (LeasedObject object = client.get("held")) {
      assertThat(client.renew(object.lease().id().value())).isNull();
    }
  }

  @Test
  void aCreatorWhoseLeaseEndedCannotSealOverItsSuccessor() {
    ObjectWriter late = client.create(create("contested", 4).withTtl(MINUTE));
    pass(MINUTE);
    put("contested", "next");

    assertThatThrownBy(late::seal).isInstanceOf(LeaseExpiredException.class);
    late.close();
    assertThat(read("contested")).isEqualTo("next");
  }

  @Test
  void laterLeasesHaveHigherFences() {
    put("fenced", "fenced");
    try (LeasedObject first = client.get("fenced"); LeasedObject second = client.get("fenced")) {
      assertThat(second.lease().fence()).isGreaterThan(first.lease().fence());
      assertThat(second.lease().id()).isNotEqualTo(first.lease().id());
    }
  }

  @Test
  void anObjectWithATtlEndsForNewReadersAndStaysForOldOnes() {
    put(create("mortal", 6).withObjectTtl(MINUTE), "mortal");
    assertThat(client.stat("mortal").remaining()).isEqualTo(MINUTE);
    try (LeasedObject object = client.get("mortal")) {
      pass(MINUTE);
      assertThatThrownBy(() -> client.get("mortal")).isInstanceOf(NotFoundException.class);
      assertThat(text(object)).isEqualTo("mortal");
      assertThat(zombieBytes()).isEqualTo(PAGE);
    }
    assertThat(liveBytes()).isZero();
  }

  // ---- waiting

  private static <T> Future<T> async(ExecutorService executor, Callable<T> task) {
    return executor.submit(task);
  }

  @Test
  void aReaderMayWaitForTheSeal() throws Exception {
    try (ExecutorService executor = Executors.newCachedThreadPool(); PackiceClient waiting = connect()) {
      Future<String> content;
      try (ObjectWriter writer = client.create("awaited", 4)) {
        content = async(executor, () -> {
          try (LeasedObject object = waiting.get(read(new ObjectId("awaited")).withPatience(MINUTE))) {
            return text(object);
          }
        });
        writer.blob(0).segment().copyFrom(MemorySegment.ofArray("wait".getBytes(UTF_8)));
        writer.seal();
      }
      assertThat(content.get()).isEqualTo("wait");
    }
  }

  @Test
  void aWaiterLearnsThatTheDraftIsGone() throws Exception {
    try (ExecutorService executor = Executors.newCachedThreadPool(); PackiceClient waiting = connect()) {
      ObjectWriter writer = client.create("hopeless", 4);
      Future<LeasedObject> waiter =
          async(executor, () -> waiting.get(read(new ObjectId("hopeless")).withPatience(MINUTE)));
      writer.close();
      assertThatThrownBy(waiter::get).cause().isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void ofManyWhoWantItOneFillsAndTheOthersRead() throws Exception {
    AtomicInteger fills = new AtomicInteger();
    AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("once"), List.of(4L)).withPatience(MINUTE);
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      List<Future<String>> contents = new ArrayList<>();
      CountDownLatch go = new CountDownLatch(1);
      for (int i = 0; i < 8; i++) {
        contents.add(async(executor, () -> {
          try (PackiceClient each = connect()) {
            go.await();
            try (LeasedObject object = each.getOrCreate(request, writer -> {
              fills.incrementAndGet();
              writer.blob(0).segment().copyFrom(MemorySegment.ofArray("once".getBytes(UTF_8)));
            })) {
              return text(object);
            }
          }
        }));
      }
      go.countDown();
      for (Future<String> content : contents) {
        assertThat(content.get()).isEqualTo("once");
      }
    }
    assertThat(fills).hasValue(1);
  }

  @Test
  void theRoleOfFillerPassesOnWhenTheFillerFails() throws Exception {
    AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("retried"), List.of(2L)).withPatience(MINUTE);
    assertThatThrownBy(() -> client.getOrCreate(request, writer -> {
      throw new IOException("no source");
    })).isInstanceOf(IOException.class).hasMessage("no source");
    try (LeasedObject object =
        client.getOrCreate(request,
            writer -> writer.blob(0).segment().copyFrom(MemorySegment.ofArray("ok".getBytes(UTF_8))))) {
      assertThat(text(object)).isEqualTo("ok");
    }
  }

  // ---- capacity

  /** Fills, by an object that stays leased, what takes objects when there is no more room: then there is none but the capacity. */
  private List<LeasedObject> fillOverflow() {
    long bytes = kind.overflowBytes(CAPACITY);
    if (bytes == 0) {
      return List.of();
    }
    putPages("overflow", bytes / PAGE);
    return List.of(client.get("overflow"));
  }

  private List<String> ids() {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  /** What had to leave: evicted, or found elsewhere if there is an elsewhere. */
  private void assertMadeRoom(List<String> stay, List<String> leave) {
    boolean evicted = kind.overflowBytes(CAPACITY) == 0;
    List<String> expected = new ArrayList<>(stay);
    expected.addAll(evicted ? List.of() : leave);
    assertThat(ids()).containsExactlyInAnyOrderElementsOf(expected);
    for (String id : expected) {
      client.get(id).close();
    }
    for (String id : evicted ? leave : List.<String>of()) {
      assertThatThrownBy(() -> client.get(id)).isInstanceOf(NotFoundException.class);
    }
  }

  private void assertEvictions(long count) {
    assertThat(client.stats().evictions()).isEqualTo(kind.overflowBytes(CAPACITY) == 0 ? count : 0);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheNumbers() {
    List<LeasedObject> overflow = fillOverflow();
    putPages("leased", 40);
    try (LeasedObject _ = client.get("leased")) {
      assertThatThrownBy(() -> client.create("big", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("needs " + 30 * PAGE).hasMessageContaining(24 * PAGE + " of " + CAPACITY + " free")
          .hasMessageContaining(40 * PAGE + " leased").hasMessageMatching(".* by (1 lease|(?!1 )\\d+ leases), .*");
    }
    assertThat(client.stats().refusals()).isEqualTo(1);
    overflow.forEach(LeasedObject::close);
  }

  @Test
  void theLeastRecentlyUsedIsEvictedFirst() {
    putPages("a", 20);
    putPages("b", 20);
    putPages("c", 20);
    client.get("a").close();
    putPages("d", 20);

    assertEvictions(1);
    assertMadeRoom(List.of("a", "c", "d"), List.of("b"));
  }

  @Test
  void leasedAndPinnedObjectsAreNeverEvicted() {
    putPages("leased", 20);
    putPages("pinned", 20);
    putPages("idle", 20);
    client.pin("pinned");
    client.pin("pinned");
    try (LeasedObject _ = client.get("leased")) {
      assertThat(client.stats().pinnedBytes()).isEqualTo(20 * PAGE);
      putPages("new", 20);
      assertMadeRoom(List.of("leased", "new", "pinned"), List.of("idle"));
      List<LeasedObject> overflow = fillOverflow(); // evicts what was demoted
      assertThatThrownBy(() -> client.create("newer", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining(20 * PAGE + " pinned");
      overflow.forEach(LeasedObject::close);
    }
    client.unpin("pinned");
    client.unpin("pinned");
    putPages("newer", 60);
    assertMadeRoom(List.of("newer"), List.of("leased", "new", "pinned"));
  }

  @Test
  void aGroupIsEvictedAsAWholeAndProtectedAsAWhole() {
    for (String part : List.of("t", "t/1", "t/2")) {
      try (ObjectWriter writer = client.create(create(part, 10 * PAGE).withGroup("t"))) {
        writer.seal();
      }
    }
    putPages("other", 20);
    try (LeasedObject _ = client.get("t/1")) {
      putPages("new", 30);
      assertEvictions(1);
      assertMadeRoom(List.of("new", "t", "t/1", "t/2"), List.of("other"));
    }
    client.get("new").close();
    putPages("newest", 10);
    assertEvictions(4);
    assertMadeRoom(List.of("new", "newest"),
        kind.overflowBytes(CAPACITY) == 0 ? List.of("t", "t/1", "t/2") : List.of("other", "t", "t/1", "t/2"));
  }

  @Test
  void zombiesCountAgainstTheCapacity() {
    List<LeasedObject> overflow = fillOverflow();
    putPages("zombie", 40);
    try (LeasedObject _ = client.get("zombie")) {
      client.discard("zombie");
      assertThatThrownBy(() -> client.create("new", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining(40 * PAGE + " zombie");
    }
    putPages("new", 30);
    overflow.forEach(LeasedObject::close);
  }

  // ---- listing

  @Test
  void aListingIsOrderedPrefixedAndPaged() {
    for (String id : List.of("b", "a/2", "a/1", "a", "c")) {
      put(id, id);
    }
    try (Session session = openSession()) {
      ObjectPage first = session.list("a", null, 2);
      assertThat(first.objects()).extracting(status -> status.object().id().value()).containsExactly("a", "a/1");
      ObjectPage second = session.list("a", first.next(), 2);
      assertThat(second.objects()).extracting(status -> status.object().id().value()).containsExactly("a/2");
      assertThat(second.next()).isNull();
      assertThat(session.list("", new ObjectId("b"), 10).objects()).hasSize(1);
      assertThat(session.list("zzz", null, 10).objects()).isEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> session.list("", null, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> session.list("", null, ObjectPage.MAX_LIMIT + 1));
    }
  }

  @Test
  void whatIsIdleIsListedInTheOrderOfItsEviction() {
    putPages("a", 1);
    try (ObjectWriter t = client.create(create("t/1", PAGE).withGroup("t"));
        ObjectWriter u = client.create(create("t/2", 3 * PAGE).withGroup("t"))) {
      t.seal();
      u.seal();
    }
    putPages("b", 1);
    putPages("leased", 1);
    putPages("pinned", 1);
    client.pin("pinned");
    client.get("a").close();
    try (Session session = openSession(); LeasedObject _ = client.get("leased")) {
      assertThat(session.idle(1)).extracting(status -> status.object().id().value()).containsExactly("t/1", "t/2");
      assertThat(session.idle(Long.MAX_VALUE)).extracting(status -> status.object().id().value())
          .containsExactly("t/1", "t/2", "b", "a");
      assertThat(session.idle(0)).isEmpty();
    }
    client.unpin("pinned");
  }

  @Test
  void whoAsksForFreeRoomEvictsNothing() {
    List<LeasedObject> overflow = fillOverflow();
    putPages("idle", 40);
    assertThatThrownBy(() -> client.create(create("big", 30 * PAGE).withRoom(AcquireRequest.Room.FREE)))
        .isInstanceOf(CapacityExceededException.class).hasMessageContaining("needs " + 30 * PAGE);
    try (ObjectWriter writer = client.create(create("small", 24 * PAGE).withRoom(AcquireRequest.Room.FREE))) {
      writer.seal();
    }
    assertThat(ids()).contains("idle", "small");
    overflow.forEach(LeasedObject::close);
  }

  @Test
  void whatCannotFitAsAWholeEvictsNothingForAPartOfIt() {
    putPages("idle", 40);
    long all = CAPACITY + kind.overflowBytes(CAPACITY);
    AcquireRequest part = create("t/1", 30 * PAGE).withGroup("t");
    assertThatThrownBy(() -> client.create(part.withExpectedBytes(all + PAGE)))
        .isInstanceOf(CapacityExceededException.class)
        .hasMessageContaining("Cannot create t/1: needs at least " + (all + PAGE) + " bytes")
        .hasMessageContaining(24 * PAGE + " of " + CAPACITY + " free").hasMessageContaining(40 * PAGE + " idle");
    assertThat(ids()).containsExactly("idle");
    assertEvictions(0);
    assertThat(client.stats().refusals()).isEqualTo(1);

    try (ObjectWriter writer = client.create(part.withExpectedBytes(all))) {
      writer.seal();
    }
    assertEvictions(1);
    assertMadeRoom(List.of("t/1"), List.of("idle"));
  }

  @Test
  void whatItsMakerHasGotAlreadyIsNotNeededAgain() {
    List<LeasedObject> overflow = fillOverflow();
    putPages("idle", 20);
    putPages("other", 20);
    AcquireRequest part = create("t/1", 20 * PAGE).withGroup("t").withExpectedBytes(60 * PAGE);
    try (ObjectWriter _ = client.create(part)) {
      client.pin("other");
      AcquireRequest next = create("t/2", 10 * PAGE).withGroup("t").withExpectedBytes(60 * PAGE);
      assertThatThrownBy(() -> client.create(next)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("needs at least " + 40 * PAGE + " bytes with what is still to come");
      assertThat(ids()).contains("idle", "other");
      client.unpin("other");
    }
    assertEvictions(0);
    overflow.forEach(LeasedObject::close);
  }

  @Test
  void aRefusalNamesWhatWasEvictedForItsWriter() {
    List<LeasedObject> overflow = fillOverflow();
    for (int i = 1; i <= 8; i++) {
      putPages("idle-" + i, 8);
    }
    List<ObjectWriter> drafts = new ArrayList<>();
    assertThatThrownBy(() -> {
      for (int i = 1; i <= 9; i++) {
        drafts.add(client.create(create("t/" + i, 8 * PAGE).withGroup("t")));
      }
    }).isInstanceOf(CapacityExceededException.class).satisfies(refusal -> {
      if (overflow.isEmpty()) {
        assertThat(refusal)
            .hasMessageContaining("after the eviction of idle-1, idle-2, idle-3, idle-4, idle-5 and 3 more"
                + " (8 objects, " + 64 * PAGE + " bytes)");
      } else {
        assertThat(refusal).hasMessageNotContaining("eviction");
        assertThat(ids()).contains("idle-1", "idle-8");
      }
    });
    drafts.forEach(ObjectWriter::close);
    assertThatThrownBy(() -> client.create(create("t/1", 65 * PAGE + kind.overflowBytes(CAPACITY)).withGroup("t")))
        .isInstanceOf(CapacityExceededException.class).hasMessageNotContaining("eviction");
    overflow.forEach(LeasedObject::close);
  }

  @Test
  void manyLeasesAreRenewedAtOnceAndWhatHasEndedIsNamed() {
    put("held", "held");
    try (Session session = openSession()) {
      AcquireRequest request = read(new ObjectId("held")).withTtl(Duration.ofMinutes(1));
      List<LeaseId> leases = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Grant grant = session.acquire(request);
        grant.extent().close();
        leases.add(grant.lease().id());
      }
      assertThat(session.renew(leases)).isEmpty();
      assertThat(session.renew(List.<LeaseId>of())).isEmpty();
      session.release(leases.get(1));
      LeaseId guess = new LeaseId("guess");
      assertThat(session.renew(List.of(leases.get(0), leases.get(1), guess, leases.get(2))))
          .containsExactlyInAnyOrder(leases.get(1), guess);
    }
  }

  @Test
  void sessionsSayWhoIsConnected() {
    put("held", "held");
    try (Session session = openSession()) {
      Grant grant = session.acquire(read(new ObjectId("held")));
      grant.extent().close();
      List<SessionStatus> sessions = client.sessions();
      assertThat(sessions).hasSize(2)
          .allMatch(each -> each.caller().pid().orElseThrow() == ProcessHandle.current().pid())
          .noneMatch(each -> each.age().isNegative());
      assertThat(sessions).extracting(SessionStatus::leases).containsExactly(0, 1);
      assertThat(session.sessions()).hasSize(2);
    }
  }

  @Test
  void statsCountHitsAndMisses() {
    put("hit", "hit");
    read("hit");
    assertThatThrownBy(() -> client.get("miss")).isInstanceOf(NotFoundException.class);

    PeerStats stats = client.stats();
    assertThat(stats.hits()).isEqualTo(1);
    assertThat(stats.misses()).isEqualTo(1);
    assertThat(stats.objects()).isEqualTo(1);
    assertThat(stats.freeBytes()).isEqualTo(CAPACITY + kind.overflowBytes(CAPACITY) - PAGE);
  }

  @Test
  void aRequestForAnotherIntentIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> client.get(create("x", 1)))
        .withMessageContaining(Intent.READ.name());
    assertThatIllegalArgumentException().isThrownBy(() -> client.create(read(new ObjectId("x"))));
  }
}
