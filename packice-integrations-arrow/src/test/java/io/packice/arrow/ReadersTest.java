package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.Peer;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Readers keep the version of a table that they began with, whatever becomes of the table; and the peer lets go of it when they end. */
final class ReadersTest extends TableFixture {
  private static final TableOptions REPLACE =
      TableOptions.defaults().withPartBytes(1).withIfExists(IfExists.REPLACE);
  private static final int ROWS = 100;
  private static final int PARTS = 3;
  private static final int VERSIONS = 150;

  /** A version of a table: in each part rows of the one value. */
  private static void overwrite(ArrowTables tables, VectorSchemaRoot batch) {
    try (TableWriter writer = tables.create("t", NUMBERS, REPLACE)) {
      for (int i = 0; i < PARTS; i++) {
        writer.write(batch);
      }
      writer.commit();
    }
  }

  private VectorSchemaRoot rows(long value) {
    return numbers(LongStream.generate(() -> value).limit(ROWS).toArray());
  }

  private void overwrite(long value) {
    try (VectorSchemaRoot batch = rows(value)) {
      overwrite(tables, batch);
    }
  }

  private void assertAll(ArrowTables by, TableDescription planned, long value) {
    try (ArrowTable table = by.open(planned)) {
      assertThat(readNumbers(table)).hasSize(ROWS * PARTS).containsOnly(value);
    }
  }

  private void requireOnlyListed() {
    long live = client.list("").mapToLong(status -> status.heldBytes()).sum();
    Awaitility.await().untilAsserted(() -> {
      assertThat(peer.stats().zombieBytes()).as("zombie bytes").isZero();
      assertThat(peer.stats().liveBytes()).isEqualTo(live);
    });
  }

  // ---- leased versions

  @Test
  void aVersionThatIsHeldIsReadByOthersWhateverBecomesOfTheTable() {
    overwrite(1);
    try (LeasedTable leased = tables.lease("t"); PackiceClient task = peer.overSocket()) {
      byte[] description = leased.description().toBytes();
      overwrite(2);
      assertThat(peer.stats().zombieBytes()).as("what is kept is shown").isPositive();
      tables.drop("t");
      assertThatThrownBy(() -> tables.open("t")).isInstanceOf(NotFoundException.class);
      overwrite(3);

      TableDescription planned = TableDescription.fromBytes("t", description);
      assertThat(planned.asOf()).isEqualTo(leased.description().asOf()).isPositive();
      ArrowTables others = new ArrowTables(task);
      for (TablePart part : planned.parts()) {
        try (ArrowTable one = others.open(planned.withParts(List.of(part)))) {
          assertThat(readNumbers(one)).hasSize(ROWS).containsOnly(1L);
        }
      }
      assertAll(tables, planned, 1);
      assertThat(readNumbers("t")).containsOnly(3L);
      assertThat(leased).hasToString("t (version 1, 300 rows, 3 parts)");
    }
    requireOnlyListed();
  }

  @Test
  void anEarlierVersionIsHeldPastItsHistory() {
    writeNumbers("t", REPLACE.withHistory(1), 1);
    writeNumbers("t", REPLACE.withHistory(1), 2);
    try (LeasedTable leased = tables.lease("t", 1)) {
      writeNumbers("t", REPLACE.withHistory(1), 3);
      assertThatThrownBy(() -> tables.lease("t", 1)).isInstanceOf(NotFoundException.class);
      try (ArrowTable table = tables.open(leased.description())) {
        assertThat(readNumbers(table)).containsExactly(1L);
      }
    }
    assertThat(tables.versions("t")).containsExactly(2L, 3L);
    requireOnlyListed();
  }

  @Test
  void anOpenTableIsOpenedByOthersToo() {
    overwrite(1);
    TableDescription described;
    try (ArrowTable open = tables.open("t"); PackiceClient other = peer.overSocket()) {
      described = open.description();
      tables.rename("t", "u");
      assertAll(new ArrowTables(other), described, 1);
    }
    requireOnlyListed(); // the peer has heard of all releases
    assertThatThrownBy(() -> tables.open(described)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> tables.lease("t")).isInstanceOf(NotFoundException.class);
  }

  // ---- reads beside writes

  @Test
  void noReadFailsWhileTheTableIsOverwritten() throws Exception {
    overwrite(0);
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch reading = new CountDownLatch(4);
    List<Callable<Long>> readers = new ArrayList<>();
    readers.add(() -> readWhole(done, reading, true));
    readers.add(() -> readWhole(done, reading, false));
    readers.add(() -> readByTasks(done, reading));
    readers.add(() -> readLong(done, reading));
    try (ExecutorService threads = Executors.newFixedThreadPool(readers.size())) {
      List<Future<Long>> results = readers.stream().map(threads::submit).toList();
      try {
        reading.await();
        for (int version = 1; version <= VERSIONS; version++) {
          if (version % 10 == 0) {
            tables.drop("t");
          }
          overwrite(version);
        }
      } finally {
        done.set(true);
      }
      for (Future<Long> result : results) {
        assertThat(result.get()).as("reads").isPositive();
      }
    }
    requireOnlyListed();
  }

  /** Opens, scans and closes the current version, again and again, by a client of its own. */
  private long readWhole(AtomicBoolean done, CountDownLatch reading, boolean overSocket) {
    long reads = 0;
    try (PackiceClient own = overSocket ? peer.overSocket() : peer.direct()) {
      ArrowTables mine = new ArrowTables(own);
      while (!done.get()) {
        try (ArrowTable table = mine.open("t")) {
          requireOneValue(table);
          reads++;
        } catch (NotFoundException | NotSealedException dropped) {
          assertThat(dropped).as("the table itself").hasMessageStartingWith("Cannot acquire t: ");
        }
        reading.countDown();
      }
    }
    return reads;
  }

  /** Plans, and then lets others read each part, as an engine does. */
  private long readByTasks(AtomicBoolean done, CountDownLatch reading) {
    long reads = 0;
    try (PackiceClient driver = peer.overSocket(); PackiceClient task = peer.overSocket()) {
      while (!done.get()) {
        try (LeasedTable leased = new ArrowTables(driver).lease("t")) {
          TableDescription planned = leased.description();
          HashSet<Long> values = new HashSet<>();
          for (TablePart part : planned.parts()) {
            try (ArrowTable one = new ArrowTables(task).open(planned.withParts(List.of(part)))) {
              values.add(requireOneValue(one));
            }
          }
          assertThat(values).hasSize(1);
          reads++;
        } catch (NotFoundException | NotSealedException dropped) {
          assertThat(dropped).as("the table itself").hasMessageStartingWith("Cannot acquire t: ");
        }
        reading.countDown();
      }
    }
    return reads;
  }

  /** Reads single rows of the version that it began with, epoch after epoch, as a trainer does. */
  private long readLong(AtomicBoolean done, CountDownLatch reading) {
    long reads = 0;
    try (PackiceClient own = peer.overSocket(); ArrowTable table = new ArrowTables(own).open("t")) {
      long first = requireOneValue(table);
      reading.countDown();
      while (!done.get()) {
        try (VectorSchemaRoot some =
            table.take(new long[] {ROWS * PARTS - 1, 0, ROWS}, allocator, ScanOptions.all())) {
          BigIntVector values = (BigIntVector) some.getVector(0);
          assertThat(List.of(values.get(0), values.get(1), values.get(2))).containsOnly(first);
        }
        try (ArrowTable again = new ArrowTables(own).open(table.description())) {
          assertThat(requireOneValue(again)).isEqualTo(first);
        }
        reads++;
      }
    }
    return reads;
  }

  private long requireOneValue(ArrowTable table) {
    List<Long> values = readNumbers(table);
    assertThat(new HashSet<>(values)).as("values of version %s", table.version()).hasSize(1);
    return values.getFirst();
  }

  // ---- writers that die

  /** A peer whose clients die with the answer to their first seal: what they would do then does not happen. */
  private record DeadAfterSeal(Peer peer) implements Peer {
    @Override
    public Session openSession(Caller caller) {
      Session session = peer.openSession(caller);
      AtomicBoolean isDead = new AtomicBoolean();
      return (Session) Proxy.newProxyInstance(Session.class.getClassLoader(), new Class<?>[] {Session.class},
          (_, method, arguments) -> {
            if (isDead.get() && !method.getName().equals("close")) {
              throw new PeerUnavailableException("this client is dead");
            }
            try {
              Object result = method.invoke(session, arguments);
              isDead.compareAndSet(false, method.getName().equals("seal"));
              return result;
            } catch (InvocationTargetException failure) {
              throw Objects.requireNonNull(failure.getCause());
            }
          });
    }

    @Override
    public void close() {
      // It is the fixture's
    }
  }

  private interface Commit {
    void by(ArrowTables tables);
  }

  private void assertLeaves(Commit commit, String name, long... values) {
    try (PackiceClient doomed = Packice.connect(new DeadAfterSeal(peer.served()))) {
      commit.by(new ArrowTables(doomed));
    } catch (PeerUnavailableException dead) {
      assertThat(dead).hasMessageContaining("dead");
    }
    List<String> parts = tables.describe(name).parts().stream().map(TablePart::id).toList();
    assertThat(client.list("").map(status -> status.object().id().value())).hasSize(parts.size() + 1).contains(name)
        .containsAll(parts);
    assertThat(readNumbers(name)).containsExactlyElementsOf(LongStream.of(values).boxed().toList());
    requireOnlyListed();
  }

  @Test
  void aWriterThatDiesRightAfterItsCommitLeavesNothingThatItReplaced() {
    overwrite(1);
    assertLeaves(doomed -> {
      try (TableWriter writer = doomed.create("t", NUMBERS, REPLACE); VectorSchemaRoot batch = numbers(2)) {
        writer.write(batch);
        writer.commit();
      }
    }, "t", 2);
  }

  @Test
  void aChangeThatDiesRightAfterItsCommitLeavesNothingThatItReplaced() {
    writeNumbers("t", REPLACE.withHistory(1), 1);
    writeNumbers("t", REPLACE.withHistory(1), 2);
    assertLeaves(doomed -> {
      try (TableChange change = doomed.change("t", Duration.ZERO)) {
        change.commit(table -> table.withHistory(0).withParts(List.of()));
      }
    }, "t");
  }

  @Test
  void aRenameThatDiesWithItsSealLeavesOneName() {
    overwrite(1);
    overwrite(2);
    assertLeaves(doomed -> doomed.rename("t", "u"), "u", LongStream.generate(() -> 2).limit(ROWS * PARTS).toArray());
    tables.drop("u");
    assertLeavesNothing(doomed -> doomed.drop("v"));
  }

  private void assertLeavesNothing(Commit drop) {
    writeNumbers("v", REPLACE, 1, 2);
    try (PackiceClient doomed = Packice.connect(new DeadAfterSeal(peer.served()))) {
      drop.by(new ArrowTables(doomed));
    } catch (PeerUnavailableException dead) {
      assertThat(dead).hasMessageContaining("dead");
    }
    peer.requireEmpty();
  }

  @Test
  void whatDoesNotFitOneStepLeavesInMore() {
    int parts = Session.MAX_DISCARDS + 3;
    try (TableWriter writer = tables.create("t", NUMBERS, REPLACE); VectorSchemaRoot batch = numbers(7)) {
      for (int i = 0; i < parts; i++) {
        writer.write(batch);
      }
      writer.commit();
    }
    try (LeasedTable leased = tables.lease("t")) {
      writeNumbers("t", REPLACE, 8);
      assertThat(client.list("")).hasSize(2);
      try (ArrowTable before = tables.open(leased.description())) {
        assertThat(readNumbers(before)).hasSize(parts).containsOnly(7L);
      }
    }
    requireOnlyListed();
  }
}
