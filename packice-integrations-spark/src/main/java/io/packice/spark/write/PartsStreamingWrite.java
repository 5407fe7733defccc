package io.packice.spark.write;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.PartsWriter;
import io.packice.arrow.manifest.DraftParts;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.spark.peers.Peers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.jspecify.annotations.Nullable;

/**
 * Writes the batches of a stream, each exactly once: the table's properties say which batch of a query came last, and a batch that comes again, after a restart
 * from the checkpoint, is discarded.
 */
final class PartsStreamingWrite implements StreamingWrite {
  /** The property is called so, and then the query's id, which the checkpoint keeps. */
  private static final String LAST_BATCH = "packice.streaming.";

  private final WriteTarget target;
  private final WriteOptions options;
  private final RowMatch match;
  private final TableEdit edit;
  private final String property;
  /** Batches come one after the other, from one thread. */
  private @Nullable StreamBatch batch;

  PartsStreamingWrite(WriteTarget target, WriteOptions options, RowMatch match, TableEdit edit, String queryId) {
    this.target = target;
    this.options = options;
    this.match = match;
    this.edit = edit;
    this.property = LAST_BATCH + queryId;
  }

  @Override
  public StreamingDataWriterFactory createStreamingWriterFactory(PhysicalWriteInfo info) {
    endBatch();
    StreamBatch begun = new StreamBatch(target, options.room());
    batch = begun;
    TaskParts tasks = new TaskParts(begun::take);
    SparkSession.active().sparkContext().register(tasks);
    return new RowsWriterFactory(target.spec(options, match), tasks);
  }

  private void endBatch() {
    StreamBatch over = batch;
    batch = null;
    if (over != null) {
      over.close();
    }
  }

  @Override
  public void commit(long epochId, WriterCommitMessage[] messages) {
    List<TablePart> parts = PartsBatchWrite.parts(messages);
    if (isThere(epochId)) {
      abort(epochId, messages);
      return;
    }
    StreamBatch committed = batch == null ? new StreamBatch(target, options.room()) : batch; // in a continuous stream, the tasks go on
    batch = null;
    try (committed) {
      for (WriterCommitMessage message : messages) {
        committed.take(message); // most are there; one that was lost meanwhile is told of here
      }
      TableDescription _ = committed.change().commit(current -> {
        TableDescription next = edit.apply(current, parts);
        Map<String, String> properties = new HashMap<>(next.properties());
        properties.put(property, Long.toString(epochId));
        return next.withProperties(properties);
      });
    }
  }

  private boolean isThere(long epochId) {
    try {
      String last =
          new ArrowTables(Peers.client(target.peer())).describe(target.table()).properties().get(property);
      return last != null && Long.parseLong(last) >= epochId;
    } catch (NotFoundException | NotSealedException _) {
      return false; // the first batch makes the table
    }
  }

  @Override
  public void abort(long epochId, WriterCommitMessage[] messages) {
    endBatch();
    Arrays.stream(messages).filter(Objects::nonNull).map(PartsMessage::of)
        .forEach((DraftParts parts) -> PartsWriter.discard(Peers.client(target.peer()), parts));
  }
}
