package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
final class LeaseDebugTest extends TableFixture {
  @BeforeEach
  void switchOn() {
    System.setProperty("packice.debug.leases", "true");
  }

  @AfterEach
  void switchOff() {
    System.clearProperty("packice.debug.leases");
  }

  @Test
  void aTableThatIsClosedBeforeItsBatchesNamesWhereTheyWereOpened() {
    writeNumbers("t", TableOptions.defaults(), 1, 2);
    ArrowTable table = tables.open("t");
    try (VectorSchemaRoot batch = table.batch(0, allocator)) {
      assertThatIllegalStateException().isThrownBy(table::close)
          .withMessageStartingWith(
              "Cannot close table t before what is open of it: 1 batch or dictionary, opened at ")
          .withMessageContaining(
              "LeaseDebugTest.aTableThatIsClosedBeforeItsBatchesNamesWhereTheyWereOpened(LeaseDebugTest");
      assertThat(batch.getVector(0).getObject(1)).isEqualTo(2L); // it lives on
    }
    table.close();
    assertThatIllegalStateException().isThrownBy(() -> table.batch(0, allocator))
        .withMessageContaining("it is closed; open it anew (opened at ").withMessageContaining("LeaseDebugTest");
  }

  @Test
  void whoClosesInOrderHearsNothing() {
    writeNumbers("t", TableOptions.defaults(), 1, 2);
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator)) {
      batches.next();
      table.take(new long[] {1}, allocator, ScanOptions.all()).close();
    }
    assertThat(readNumbers("t")).containsExactly(1L, 2L);
  }

  @Test
  void withoutTheModeBatchesOutliveTheirTable() {
    switchOff();
    writeNumbers("t", TableOptions.defaults(), 1);
    ArrowTable table = tables.open("t");
    VectorSchemaRoot batch = table.batch(0, allocator);
    table.close();
    batch.close();
  }
}
