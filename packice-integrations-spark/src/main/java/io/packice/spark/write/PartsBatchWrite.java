package io.packice.spark.write;

import io.packice.arrow.TableChange;
import io.packice.arrow.manifest.DraftParts;
import io.packice.arrow.manifest.TablePart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** A job that writes parts: they are kept from the end of each task on, and published, or discarded, at the end of all. */
final class PartsBatchWrite implements BatchWrite {
  private final TaskSpec spec;
  private final TableChange change;
  private final Publisher publisher;

  /** Takes what the tasks have written. */
  @FunctionalInterface
  interface Publisher {
    /** Publishes the parts that the change keeps, or remembers to; whether the change can be closed. */
    boolean publish(TableChange change, List<TablePart> parts);
  }

  PartsBatchWrite(TaskSpec spec, TableChange change, Publisher publisher) {
    this.spec = spec;
    this.change = change;
    this.publisher = publisher;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new RowsWriterFactory(spec.withRows(RowsToCome.ofRunningWrite()), null);
  }

  @Override
  public void onDataWriterCommit(WriterCommitMessage message) {
    change.keep(PartsMessage.of(message));
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    if (publisher.publish(change, parts(messages))) {
      change.close();
    }
  }

  static List<TablePart> parts(WriterCommitMessage[] messages) {
    List<TablePart> parts = new ArrayList<>();
    Arrays.stream(messages).filter(Objects::nonNull).map(PartsMessage::of).map(DraftParts::parts)
        .forEach(parts::addAll);
    return parts;
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    change.close();
  }
}
