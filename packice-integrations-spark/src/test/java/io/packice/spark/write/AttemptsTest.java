package io.packice.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.types.SchemaMapping;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.LogicalWriteInfoImpl;
import org.apache.spark.sql.connector.write.PhysicalWriteInfoImpl;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several attempts at one task: a retry after a failure, and a speculative duplicate. Spark asks for them by these calls. */
class AttemptsTest {
  private static final StructType SCHEMA = new StructType().add("id", "bigint");

  private final SparkPeer peer = new SparkPeer();
  private final BatchWrite write = write();
  private final DataWriterFactory factory = write.createBatchWriterFactory(new PhysicalWriteInfoImpl(1));

  private BatchWrite write() {
    WriteTarget target = new WriteTarget(new PeerAddress(peer.address()),
        TableDescription.of("t", SchemaMapping.toArrow(SCHEMA)), SCHEMA);
    var info = new LogicalWriteInfoImpl("query", SCHEMA, new CaseInsensitiveStringMap(Map.of("partBytes", "1k")),
        Optional.empty(), Optional.empty());
    return new PackiceWriteBuilder(target, info).build().toBatch();
  }

  @AfterEach
  void nothingIsLeft() {
    peer.requireIdle();
    peer.close();
  }

  private DataWriter<InternalRow> attempt(long attempt, int rows) throws IOException {
    DataWriter<InternalRow> writer = factory.createWriter(0, attempt);
    for (long id = 0; id < rows; id++) {
      writer.write(new GenericInternalRow(new Object[] {id}));
    }
    return writer;
  }

  private long committedRows() {
    try (ArrowTable table = new ArrowTables(peer.client()).open("t")) {
      return table.rowCount();
    }
  }

  @Test
  void aRetriedTaskIsThereOnce() throws IOException {
    DataWriter<InternalRow> failed = attempt(1, 700);
    failed.abort();
    failed.close();
    try (DataWriter<InternalRow> again = attempt(2, 1000)) {
      WriterCommitMessage message = again.commit();
      write.onDataWriterCommit(message);
      write.commit(new WriterCommitMessage[] {message});
    }
    assertThat(committedRows()).isEqualTo(1000);
  }

  @Test
  void aSpeculativeDuplicateThatLosesIsNotThere() throws IOException {
    DataWriter<InternalRow> slow = attempt(1, 1000);
    try (DataWriter<InternalRow> fast = attempt(2, 1000)) {
      WriterCommitMessage message = fast.commit();
      write.onDataWriterCommit(message);
      slow.abort(); // the coordinator of commits denies it
      slow.close();
      write.commit(new WriterCommitMessage[] {message});
    }
    assertThat(committedRows()).isEqualTo(1000);
  }

  @Test
  void aDuplicateThatWasAcceptedAndIsNotCommittedIsDiscarded() throws IOException {
    try (DataWriter<InternalRow> one = attempt(1, 1000); DataWriter<InternalRow> other = attempt(2, 1000)) {
      WriterCommitMessage first = one.commit();
      WriterCommitMessage second = other.commit();
      write.onDataWriterCommit(first);
      write.onDataWriterCommit(second);
      write.commit(new WriterCommitMessage[] {second});
    }
    assertThat(committedRows()).isEqualTo(1000);
    assertThat(peer.client().list("t/part-").count())
        .isEqualTo(new ArrowTables(peer.client()).describe("t").parts().size());
  }

  @Test
  void aJobThatFailsAfterATaskHasWrittenLeavesNothing() throws IOException {
    try (DataWriter<InternalRow> done = attempt(1, 1000); DataWriter<InternalRow> open = attempt(2, 500)) {
      WriterCommitMessage message = done.commit();
      write.onDataWriterCommit(message);
      write.abort(new WriterCommitMessage[] {message, null});
      open.abort();
    }
    peer.requireIdle();
    assertThat(peer.client().list("")).isEmpty();
    assertThat(write.useCommitCoordinator()).isTrue();
  }
}
