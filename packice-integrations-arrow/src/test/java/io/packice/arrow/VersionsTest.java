package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

final class VersionsTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 7);
  private static final TableOptions REPLACE = TableOptions.defaults().withIfExists(IfExists.REPLACE);

  private void append(String name, TableOptions options, long... values) {
    try (TableWriter writer = tables.append(name, options); VectorSchemaRoot batch = numbers(values)) {
      writer.write(batch);
      writer.commit();
    }
  }

  private List<Long> readVersion(long version) {
    try (ArrowTable table = tables.open("t", version)) {
      assertThat(table.version()).isEqualTo(version);
      assertThat(table.name()).isEqualTo("t");
      return readNumbers(table);
    }
  }

  private long partCount() {
    return client.list("t/part-").count();
  }

  @Test
  void appendingMakesTheNextVersionAndCopiesNothing() {
    writeNumbers("t", TableOptions.defaults(), 1, 2);
    String first = client.list("t/part-").findFirst().orElseThrow().object().id().value();
    try (ArrowTable old = tables.open("t")) {
      append("t", TableOptions.defaults(), 3);
      assertThat(readNumbers(old)).containsExactly(1L, 2L);
    }
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 3L);
    assertThat(client.list("t/part-").map(part -> part.object().id().value())).hasSize(2).contains(first);
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.version()).isEqualTo(2);
      assertThat(table.statistics().getFirst()).isEqualTo(new ColumnStatistics(0, 1L, 3L, 6L));
    }
  }

  /** A time that is later than what was done before and earlier than what is done after it. */
  private static Instant moment() {
    Instant start = Instant.now();
    while (Instant.now().isBefore(start.plusMillis(3))) {
      Thread.onSpinWait();
    }
    return start.plusMillis(1);
  }

  @Test
  void aTimeHasTheVersionThatWasTheCurrentOne() {
    TableOptions history = TableOptions.defaults().withHistory(2);
    Instant before = moment();
    writeNumbers("t", history, 1);
    Instant one = moment();
    append("t", history, 2);
    Instant two = moment();
    append("t", history, 3);
    Instant three = moment();
    assertThat(tables.versionAt("t", one)).isEqualTo(1);
    assertThat(tables.versionAt("t", two)).isEqualTo(2);
    assertThat(tables.versionAt("t", three)).isEqualTo(3);
    assertThat(tables.versionAt("t", Instant.now().plusSeconds(9))).isEqualTo(3);
    assertThatThrownBy(() -> tables.versionAt("t", before)).isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Cannot open table t as of " + before + ": it keeps what it was from ");
    tables.rename("t", "u");
    assertThat(tables.versionAt("u", one)).isEqualTo(1);
    assertThat(tables.versionAt("u", two)).isEqualTo(2);
    assertThat(tables.versionAt("u", three)).isEqualTo(3);
    append("u", history, 4);
    append("u", history, 5);
    assertThatThrownBy(() -> tables.versionAt("u", two)).hasMessageContaining("write it with a longer history");
    assertThat(tables.versionAt("u", three)).isEqualTo(3);
    assertThatThrownBy(() -> tables.versionAt("nosuch", one)).isInstanceOf(NotFoundException.class);
  }

  /** The manifest of an earlier version, as a Packice of another version has written it. */
  private void rewrite(String id, UnaryOperator<String> change) {
    Metadata meta = client.stat(id).object().meta();
    byte[] json;
    try (LeasedObject old = client.get(id)) {
      json = change.apply(new String(old.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8)).getBytes(UTF_8);
    }
    AcquireRequest request = AcquireRequest.create(new ObjectId(id), List.of((long) json.length)).withGroup("t")
        .withMeta(meta).withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(json));
      writer.seal();
    }
  }

  private void makeTooNew(String id) {
    rewrite(id, json -> json.replace("\"format_version\":1", "\"format_version\":99"));
  }

  @Test
  void whatAVersionNamesThatCannotBeReadStaysAsLongAsTheVersion() {
    writeNumbers("t", TableOptions.defaults().withHistory(2), 1);
    append("t", TableOptions.defaults(), 2);
    writeNumbers("t", REPLACE, 3);
    makeTooNew("t@2");
    writeNumbers("t", REPLACE, 4); // version 1 leaves, which named one of the parts of version 2
    assertThat(partCount()).isEqualTo(4);
    rewrite("t@2", json -> json.replace("\"format_version\":99", "\"format_version\":1"));
    assertThat(readVersion(2)).containsExactly(1L, 2L);

    makeTooNew("t@2");
    try (TableChange change = tables.change("t", Duration.ZERO)) { // version 2 leaves
      change.commit(now -> Objects.requireNonNull(now).withParts(List.of()));
    }
    writeNumbers("t", REPLACE, 6);
    assertThat(tables.versions("t")).containsExactly(4L, 5L, 6L);
    assertThat(partCount()).isEqualTo(2);
    assertThat(readVersion(4)).containsExactly(4L);
  }

  @Test
  void aTableIsNotRenamedWithoutAVersionThatCannotBeRead() {
    writeNumbers("t", TableOptions.defaults().withHistory(1), 1);
    writeNumbers("t", REPLACE, 2);
    makeTooNew("t@1");
    assertThatThrownBy(() -> tables.rename("t", "u")).isInstanceOf(TableFormatException.class)
        .hasMessageContaining("Cannot read table t@1: its format is version 99");
    assertThat(tables.list().map(TableSummary::name)).containsExactly("t");
    assertThat(tables.versions("t")).containsExactly(1L, 2L);
    assertThat(partCount()).isEqualTo(2);
    assertThat(readNumbers("t")).containsExactly(2L);
  }

  @Test
  void appendingNothingIsAVersionToo() {
    writeNumbers("t", TableOptions.defaults(), 1);
    try (TableWriter writer = tables.append("t")) {
      assertThat(writer.commit().version()).isEqualTo(2);
    }
    assertThat(readNumbers("t")).containsExactly(1L);
  }

  @Test
  void anAppendThatIsNotCommittedChangesNothing() {
    writeNumbers("t", TableOptions.defaults(), 1);
    try (TableWriter writer = tables.append("t"); VectorSchemaRoot batch = numbers(2)) {
      writer.write(batch);
      assertThatThrownBy(() -> tables.append("t")).isInstanceOf(AlreadyExistsException.class);
    }
    assertThat(readNumbers("t")).containsExactly(1L);
    assertThat(partCount()).isEqualTo(1);
  }

  @Test
  void whatIsNoTableCannotBeAppendedTo() {
    assertThatThrownBy(() -> tables.append("t")).isInstanceOf(NotFoundException.class);
    client.create("t", 0).close();
    try (var writer = client.create("object", 0)) {
      writer.seal();
    }
    assertThatThrownBy(() -> tables.append("object")).isInstanceOf(TableFormatException.class)
        .hasMessageContaining("ordinary object");
  }

  @Test
  void replacingAnAppendedTableFreesAllItsParts() {
    writeNumbers("t", TableOptions.defaults(), 1);
    append("t", TableOptions.defaults(), 2);
    writeNumbers("t", REPLACE, 3);
    assertThat(readNumbers("t")).containsExactly(3L);
    assertThat(partCount()).isEqualTo(1);
  }

  @Test
  void withoutHistoryOnlyTheCurrentVersionCanBeOpened() {
    writeNumbers("t", TableOptions.defaults(), 1);
    writeNumbers("t", REPLACE, 2);
    assertThat(tables.versions("t")).containsExactly(2L);
    assertThat(readVersion(2)).containsExactly(2L);
    assertThatThrownBy(() -> tables.open("t", 1)).isInstanceOf(NotFoundException.class)
        .hasMessageContaining("version 1 of table t: there are [2]");
  }

  @Test
  void historyIsATablesOwnUntilAWriterSaysOtherwise() {
    writeNumbers("t", TableOptions.defaults().withHistory(1), 1);
    append("t", TableOptions.defaults(), 2);
    append("t", TableOptions.defaults(), 3);
    assertThat(tables.versions("t")).containsExactly(2L, 3L);
    assertThat(readVersion(2)).containsExactly(1L, 2L);
    assertThat(tables.list()).hasSize(1);
    append("t", TableOptions.defaults().withHistory(0));
    assertThat(tables.versions("t")).containsExactly(4L);
    assertThat(partCount()).isEqualTo(4); // one of them without rows
  }

  @Test
  void droppingATableDropsItsHistory() {
    writeNumbers("t", TableOptions.defaults().withHistory(5), 1);
    writeNumbers("t", REPLACE, 2);
    tables.drop("t");
    peer.requireEmpty();
  }

  @Test
  void anImpossibleHistoryIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> TableOptions.defaults().withHistory(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> TableOptions.defaults().withHistory(10_001));
  }

  /** Replaces and appends at random, and compares every version that is kept, and what it holds, with a model. */
  @Test
  void anyHistoryOfVersionsEndsLikeTheModel() {
    Random random = new Random(SEED);
    Deque<List<Long>> model = new ArrayDeque<>();
    long version = 0;
    int history = 0;
    for (int step = 0; step < 60; step++) {
      long[] values = LongStream.range(0, random.nextInt(3)).map(_ -> random.nextLong()).toArray();
      boolean isChange = random.nextInt(5) == 0;
      history = isChange ? random.nextInt(4) : history;
      TableOptions options = isChange ? REPLACE.withHistory(history) : REPLACE;
      List<Long> next = new ArrayList<>();
      if (version > 0 && random.nextBoolean()) {
        next.addAll(model.getLast());
        append("t", options, values);
      } else {
        writeNumbers("t", options, values);
      }
      LongStream.of(values).forEach(next::add);
      version++;
      model.addLast(next);
      while (model.size() > history + 1) {
        model.removeFirst();
      }
      long first = version - model.size() + 1;
      assertThat(tables.versions("t")).as("seed=%d step=%d", SEED, step)
          .isEqualTo(LongStream.rangeClosed(first, version).boxed().toList());
      long at = first;
      for (List<Long> expected : model) {
        assertThat(readVersion(at++)).as("seed=%d step=%d", SEED, step).isEqualTo(expected);
      }
    }
    tables.drop("t");
    peer.requireEmpty();
  }
}
