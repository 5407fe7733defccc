package io.packice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.Grant;
import io.packice.core.InvalidRequestException;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of {@link ClientContractTest} that is about readers of a group who keep what it was when they began, and about who lets go of it. */
abstract class VersionContract extends FreezeContract {
  private static final String MANIFEST = "table";

  private void member(String id, String content) {
    put(create(id, content.length()).withGroup("table").withIfExists(IfExists.REPLACE), content);
  }

  private String readAsOf(String id, long asOf) {
    try (LeasedObject object = client.get(AcquireRequest.read(new ObjectId(id)).withAsOf(asOf))) {
      assertThat(object.asOf()).isEqualTo(asOf);
      return text(object);
    }
  }

  private void assertGone(String id, long asOf) {
    assertThatThrownBy(() -> readAsOf(id, asOf)).isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Cannot acquire " + id + " as of " + asOf + ": ");
  }

  private void assertZombies(long pages) {
    LeakCheck.eventually(() -> assertThat(zombieBytes()).as("zombie bytes").isEqualTo(pages * PAGE));
  }

  private void assumeKept() {
    assumeTrue(kind.keepsWhatReadersBeganWith(), "peers of a shared store do not keep what readers began with");
  }

  private ObjectWriter draft(String id, String content) {
    ObjectWriter writer =
        client.create(create(id, content.length()).withGroup("table").withIfExists(IfExists.REPLACE));
    writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
    return writer;
  }

  // ---- what stays

  @Test
  void whoHoldsOneOfAGroupReadsWhatIsDiscardedAndReplacedSince() {
    assumeKept();
    member("discarded", "first");
    member("replaced", "old");
    member(MANIFEST, "one");
    LeasedObject holder = client.get(MANIFEST);
    client.discard("discarded");
    member("replaced", "new");
    member(MANIFEST, "two");

    assertThatThrownBy(() -> client.get("discarded")).isInstanceOf(NotFoundException.class);
    assertThat(client.list("")).extracting(status -> status.object().id().value()).containsExactly("replaced",
        MANIFEST);
    assertThat(readAsOf("discarded", holder.asOf())).isEqualTo("first");
    assertThat(readAsOf("replaced", holder.asOf())).isEqualTo("old");
    assertThat(readAsOf(MANIFEST, holder.asOf())).isEqualTo("one");
    assertThat(read("replaced")).isEqualTo("new");
    assertZombies(3);

    holder.close();
    assertZombies(0);
    List.of("discarded", "replaced", MANIFEST).forEach(id -> assertGone(id, holder.asOf()));
  }

  @Test
  void anotherObjectUnderTheSameIdIsShownToNobodyWhoBeganBeforeIt() {
    assumeKept();
    member("reused", "first");
    member(MANIFEST, "manifest");
    try (LeasedObject one = client.get(MANIFEST)) {
      client.discard("reused");
      try (LeasedObject between = client.get(MANIFEST)) {
        put("reused", "stands alone");
        assertThat(read("reused")).isEqualTo("stands alone");
        assertThat(readAsOf("reused", one.asOf())).isEqualTo("first");
        assertGone("reused", between.asOf());
      }
      client.discard("reused");
      member("reused", "third");
      try (LeasedObject three = client.get(MANIFEST)) {
        client.discard("reused");
        assertThat(readAsOf("reused", one.asOf())).isEqualTo("first");
        assertThat(readAsOf("reused", three.asOf())).isEqualTo("third");
        assertZombies(2);
      }
      assertZombies(1);
    }
    assertZombies(0);
  }

  @Test
  void aLongReaderKeepsOneStateHoweverManyFollow() {
    assumeKept();
    member("part", "0");
    member(MANIFEST, "0");
    try (LeasedObject holder = client.get(MANIFEST)) {
      for (int i = 1; i <= 5; i++) {
        member("part", Integer.toString(i));
        member(MANIFEST, Integer.toString(i));
        assertThat(readAsOf("part", holder.asOf())).isEqualTo("0");
        assertZombies(2);
      }
    }
    assertZombies(0);
  }

  @Test
  void whatIsOfNoGroupOrOfAnotherGoesAtOnce() {
    put("alone", "alone");
    put(create("other", 5).withGroup("other"), "other");
    member(MANIFEST, "manifest");
    try (LeasedObject holder = client.get(MANIFEST)) {
      client.discard("alone");
      client.discard("other");
      assertZombies(0);
      if (kind.keepsWhatReadersBeganWith()) {
        assertGone("alone", holder.asOf());
        assertGone("other", holder.asOf());
      }
    }
  }

  @Test
  void aLeaseAsOfAnotherKeepsTheSameAndOutlivesIt() {
    assumeKept();
    member("a", "a");
    member("b", "b");
    member(MANIFEST, "manifest");
    LeasedObject driver = client.get(MANIFEST);
    client.discard("a");
    try (Session task = openSession()) {
      Grant grant = task.acquire(read(new ObjectId("a")).withAsOf(driver.asOf()));
      grant.extent().close();
      assertThat(grant.lease().asOf()).isEqualTo(driver.asOf());
      driver.close();
      client.discard("b");
      assertThat(readAsOf("b", grant.lease().asOf())).isEqualTo("b");
      assertZombies(2);
    }
    assertZombies(0);
  }

  @Test
  void whatExpiresStaysForWhoBeganBefore() {
    assumeKept();
    put(create("mortal", 6).withGroup("table").withObjectTtl(MINUTE), "mortal");
    member(MANIFEST, "manifest");
    try (LeasedObject holder = client.get(MANIFEST)) {
      pass(MINUTE);
      assertThatThrownBy(() -> client.get("mortal")).isInstanceOf(NotFoundException.class);
      assertThat(readAsOf("mortal", holder.asOf())).isEqualTo("mortal");
      assertZombies(1);
    }
    assertZombies(0);
  }

  @Test
  void nothingOfAGroupIsEvictedForWantOfRoomWhileItsReplacedVersionIsRead() {
    assumeTrue(kind.overflowBytes(CAPACITY) == 0, "what must leave moves on");
    try (ObjectWriter part = client.create(create("part", 30 * PAGE).withGroup("table"))) {
      part.seal();
    }
    member(MANIFEST, "one");
    try (LeasedObject holder = client.get(MANIFEST)) {
      member(MANIFEST, "two");
      assertThatThrownBy(() -> client.create("large", 40 * PAGE)).isInstanceOf(CapacityExceededException.class);
      client.get(AcquireRequest.read(new ObjectId("part")).withAsOf(holder.asOf())).close();
    }
    putPages("large", 40);
    assertThat(objects()).hasSize(1);
  }

  @Test
  void whatStaysCountsAgainstTheCapacity() {
    assumeKept();
    assumeTrue(kind.overflowBytes(CAPACITY) == 0, "there is room elsewhere");
    try (ObjectWriter part = client.create(create("part", 40 * PAGE).withGroup("table"))) {
      part.seal();
    }
    member(MANIFEST, "manifest");
    try (LeasedObject _ = client.get(MANIFEST)) {
      client.discard("part");
      assertThatThrownBy(() -> client.create("large", 40 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining(40 * PAGE + " zombie");
    }
    putPages("large", 40);
  }

  // ---- when it goes

  @Test
  void itGoesWithTheLeaseHoweverThatEnds() {
    assumeKept();
    member(MANIFEST, "manifest");
    member("part", "1");
    Grant mortal;
    try (Session session = openSession()) {
      mortal = session.acquire(read(new ObjectId(MANIFEST)).withTtl(MINUTE));
      mortal.extent().close();
      client.discard("part");
      assertZombies(1);
      pass(MINUTE);
      assertZombies(0);

      member("part", "2");
      Grant bound = session.acquire(read(new ObjectId(MANIFEST)));
      bound.extent().close();
      client.discard("part");
      assertZombies(1);
    }
    assertZombies(0);
    assertGone("part", mortal.lease().asOf());
  }

  @Test
  void ofSeveralReadersTheLastLetsGo() {
    assumeKept();
    member(MANIFEST, "manifest");
    member("early", "early");
    List<LeasedObject> early = List.of(client.get(MANIFEST), client.get("early"), client.get(MANIFEST));
    member("late", "late");
    LeasedObject late = client.get(MANIFEST);
    client.discard("late");
    client.discard("early");
    early.forEach(LeasedObject::close);
    assertZombies(2);
    assertThat(readAsOf("early", late.asOf())).isEqualTo("early");
    assertGone("late", early.getFirst().asOf());
    late.close();
    assertZombies(0);
  }

  @Test
  void onlyReadingIsAsOf() {
    member(MANIFEST, "manifest");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AcquireRequest.write(new ObjectId(MANIFEST)).withAsOf(1));
    assertThatIllegalArgumentException().isThrownBy(() -> read(new ObjectId(MANIFEST)).withAsOf(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> create(MANIFEST, 1).withAsOf(1));
  }

  @Test
  void aDraftIsNoneOfWhatWasThere() {
    assumeKept();
    member(MANIFEST, "manifest");
    try (LeasedObject holder = client.get(MANIFEST); ObjectWriter draft = draft("draft", "draft")) {
      assertThatThrownBy(() -> client.get(
          AcquireRequest.read(new ObjectId("draft")).withAsOf(holder.asOf()).withPatience(MINUTE)))
          .isInstanceOf(NotFoundException.class);
      draft.seal();
      assertGone("draft", holder.asOf());
      assertGone("draft", 1L << 52);
    }
  }

  // ---- discards with a seal

  @Test
  void whatANewVersionMakesSuperfluousLeavesWithItsSeal() {
    member("part-1", "1");
    member(MANIFEST, "one");
    try (ObjectWriter part = draft("part-2", "2"); ObjectWriter manifest = draft(MANIFEST, "two")) {
      client.seal(List.of(), List.of(part, manifest), List.of("part-1", "no such part", MANIFEST));
      assertZombies(0);
    }
    assertThat(client.list("")).extracting(status -> status.object().id().value()).containsExactly("part-2", MANIFEST);
    assertThat(read(MANIFEST)).isEqualTo("two");
    assertThat(liveBytes()).isEqualTo(2 * PAGE);
  }

  @Test
  void readersKeepWhatLeavesWithASeal() {
    assumeKept();
    member("part-1", "1");
    member(MANIFEST, "one");
    try (LeasedObject holder = client.get(MANIFEST); ObjectWriter part = draft("part-2", "2");
        ObjectWriter manifest = draft(MANIFEST, "two")) {
      client.seal(List.of(), List.of(part, manifest), List.of("part-1"));
      assertThat(readAsOf("part-1", holder.asOf())).isEqualTo("1");
      assertGone("part-2", holder.asOf());
      assertZombies(2);
      try (LeasedObject next = client.get(MANIFEST)) {
        assertThat(readAsOf("part-2", next.asOf())).isEqualTo("2");
        assertGone("part-1", next.asOf());
      }
    }
    assertZombies(0);
  }

  @Test
  void theLeaseThatMadeAnObjectKeepsThatAlone() {
    member("part", "1");
    try (ObjectWriter manifest = draft(MANIFEST, "manifest")) {
      client.discard("part");
      assertZombies(0);
      member("part", "2");
      manifest.seal();
      client.discard("part");
      client.discard(MANIFEST);
      assertZombies(1);
    }
    assertZombies(0);
  }

  @Test
  void nothingIsDiscardedWithASealThatFails() {
    member("part", "1");
    try (ObjectWriter manifest = draft(MANIFEST, "manifest")) {
      manifest.seal();
      assertThatThrownBy(() -> client.seal(List.of(), List.of(manifest), List.of("part")))
          .isInstanceOf(NotPermittedException.class);
    }
    assertThat(read("part")).isEqualTo("1");
  }

  @Test
  void nothingIsSealedWithADiscardThatIsNotPermitted() {
    member("theirs", "theirs");
    Caller user = new Caller(OptionalLong.of(4711), OptionalLong.empty(), Caller.Authority.OWN_OBJECTS);
    try (Session session = running.peer().openSession(user)) {
      Grant mine = session.acquire(create("mine", 1));
      mine.extent().close();
      assertThatThrownBy(() -> session.seal(List.of(mine.lease().id()), List.of(new ObjectId("theirs"))))
          .isInstanceOf(NotPermittedException.class).hasMessageContaining("Cannot discard theirs");
      assertThatThrownBy(() -> client.get("mine").close()).isInstanceOf(RuntimeException.class);
      assertThat(read("theirs")).isEqualTo("theirs");
      session.seal(mine.lease().id());
    }
    assertThat(objects()).hasSize(2);
  }

  @Test
  void manyAreDiscardedInStepsAndNotInOne() {
    member("part", "1");
    List<String> ids = new ArrayList<>(IntStream.range(0, Session.MAX_DISCARDS).mapToObj(i -> "no such " + i).toList());
    ids.add("part");
    assertThatThrownBy(() -> client.seal(List.of(), List.of(), ids)).isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("1001").hasMessageContaining("1000");
    assertThat(read("part")).isEqualTo("1");
    client.discardAll(ids);
    assertThat(objects()).isEmpty();
  }
}
