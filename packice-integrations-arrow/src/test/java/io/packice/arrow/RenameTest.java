package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.Caller;
import io.packice.core.Caller.Authority;
import io.packice.core.CapacityExceededException;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectStatus;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

/** A table gets another name as a whole, or keeps its own. */
final class RenameTest extends TableFixture {
  private static final TableOptions SMALL = TableOptions.defaults().withPartBytes(1);

  /** A peer as one user sees it who may change only what is theirs. */
  private record AsUser(Peer peer, long uid) implements Peer {
    @Override
    public Session openSession(Caller caller) {
      return peer.openSession(new Caller(OptionalLong.of(uid), caller.pid(), Authority.OWN_OBJECTS));
    }

    @Override
    public void close() {
      // It is the fixture's
    }
  }

  @Test
  void aTableIsRenamedWithItsHistory() {
    TableOptions history = SMALL.withHistory(2);
    writeNumbers("t", history, 1, 2);
    try (TableWriter writer = tables.append("t", history); VectorSchemaRoot batch = numbers(3)) {
      writer.write(batch);
      var _ = writer.commit();
    }
    writeNumbers("taken", SMALL, 9);
    assertThatThrownBy(() -> tables.rename("t", "taken")).isInstanceOf(AlreadyExistsException.class);
    assertThatThrownBy(() -> tables.rename("nothing", "u")).isInstanceOf(NotFoundException.class);
    try (ArrowTable reader = tables.open("t")) {
      tables.rename("t", "u");
      assertThat(reader.rowCount()).as("who reads the old one keeps it").isEqualTo(3);
    }
    assertThat(client.list("t")).extracting(status -> status.object().id().value())
        .allMatch(id -> id.startsWith("taken"));
    assertThat(readNumbers("u")).containsExactly(1L, 2L, 3L);
    assertThat(tables.versions("u")).containsExactly(1L, 2L);
    try (ArrowTable first = tables.open("u", 1)) {
      assertThat(first.rowCount()).isEqualTo(2);
    }
    writeNumbers("t", SMALL, 7); // the name is free, and what is there of it belongs to nobody else
    assertThat(readNumbers("u")).containsExactly(1L, 2L, 3L);
    tables.drop("u");
    tables.drop("t");
    tables.drop("taken");
    peer.requireEmpty();
  }

  @Test
  void aRenamingThatDoesNotFitChangesNothing() {
    try (TablePeer small = new TablePeer(MemoryPeer.create(1 << 20)); PackiceClient one = small.direct();
        VectorSchemaRoot batch = numbers(new long[80_000])) {
      ArrowTables few = new ArrowTables(one);
      try (TableWriter writer = few.create("big", NUMBERS, SMALL)) {
        writer.write(batch);
        var _ = writer.commit();
      }
      assertThatThrownBy(() -> few.rename("big", "u")).isInstanceOf(CapacityExceededException.class);
      assertThat(one.list("u")).isEmpty();
      assertThat(few.describe("big").rowCount()).isEqualTo(80_000);
      small.requireIdle();
    }
  }

  /** Refused before anything is copied: who may not discard the old table may not claim its name either. */
  @Test
  void whoMayOnlyReadATableCannotRenameIt() {
    MemoryPeer shared = MemoryPeer.create(1 << 20);
    try (TablePeer behind = new TablePeer(shared); PackiceClient she = Packice.connect(new AsUser(shared, 1001));
        PackiceClient he = Packice.connect(new AsUser(shared, 1002))) {
      ArrowTables hers = new ArrowTables(she);
      for (long value = 1; value <= 2; value++) {
        TableOptions next = SMALL.withHistory(1).withIfExists(IfExists.REPLACE);
        try (TableWriter writer = hers.create("t", NUMBERS, next); VectorSchemaRoot batch = numbers(value)) {
          writer.write(batch);
          var _ = writer.commit();
        }
      }
      List<ObjectStatus> before = she.list("").toList();
      long used = behind.stats().liveBytes();

      assertThatThrownBy(() -> new ArrowTables(he).rename("t", "u")).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("Cannot replace t as uid 1002: it belongs to uid 1001");
      assertThat(she.list("").map(ObjectStatus::object)).as("objects, the old version's and parts included")
          .isEqualTo(before.stream().map(ObjectStatus::object).toList()).hasSize(4);
      behind.requireIdle();
      assertThat(behind.stats().liveBytes()).isEqualTo(used);
      assertThat(new ArrowTables(he).describe("t").rowCount()).as("he may still read it").isEqualTo(1);
      hers.rename("t", "u"); // neither name is claimed any more
      assertThat(hers.versions("u")).containsExactly(1L, 2L);
      assertThat(she.list("t")).isEmpty();
    }
  }
}
