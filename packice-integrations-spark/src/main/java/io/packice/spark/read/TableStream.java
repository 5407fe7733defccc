package io.packice.spark.read;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.core.NotFoundException;
import io.packice.spark.peers.Peers;
import io.packice.spark.types.SchemaMapping;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.CompositeReadLimit;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.ReadMaxBytes;
import org.apache.spark.sql.connector.read.streaming.ReadMaxFiles;
import org.apache.spark.sql.connector.read.streaming.ReadMaxRows;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a table gets while a query runs, and those that it has. Tables grow at their end, so an offset is a number of rows; whatever else happens to
 * the rows that were read ends the query, because it cannot be told in rows.
 */
final class TableStream implements MicroBatchStream, SupportsTriggerAvailableNow {
  private final ScanPlan plan;
  private final StreamOptions options;
  /** Where the query ends that takes what is there now. */
  private @Nullable StreamOffset last;
  /** What the batch reads that runs. */
  private LeasedVersions.@Nullable Use held;

  TableStream(ScanPlan plan) {
    this.plan = plan;
    this.options = plan.options().stream();
  }

  private ArrowTables tables() {
    return new ArrowTables(Peers.client(plan.peer()));
  }

  private TableDescription current() {
    return withColumns(tables().describe(plan.table().name()));
  }

  private TableDescription withColumns(TableDescription now) {
    StructType columns = SchemaMapping.toSpark(now);
    for (StructField wanted : plan.columns().fields()) {
      boolean isThere = Arrays.stream(columns.fields()).anyMatch(field -> field.name().equals(wanted.name())
          && field.dataType().equals(wanted.dataType()));
      if (!isThere && !MetadataColumns.isOne(wanted.name())) {
        throw new IllegalStateException("Cannot stream table " + now.name() + ": version " + now.version()
            + " has no column " + wanted.name() + " of type " + wanted.dataType().sql()
            + "; start the query anew, with the columns that there are");
      }
    }
    return now;
  }

  @Override
  public Offset initialOffset() {
    Long version = options.startingVersion();
    if (version == null) {
      TableDescription now = current();
      return StreamOffset.at(now, now.rowCount());
    }
    if (version == 1) {
      return StreamOffset.at(current(), 0);
    }
    TableDescription before;
    try {
      before = tables().describe(plan.table().name(), version - 1);
    } catch (NotFoundException gone) {
      throw new IllegalArgumentException("Cannot stream table " + plan.table().name() + " from version " + version
          + ": where it begins, the end of version " + (version - 1)
          + ", is not kept any more; start with \"earliest\" or \"latest\", or write the table with a longer history",
          gone);
    }
    return StreamOffset.at(before, before.rowCount());
  }

  @Override
  public Offset deserializeOffset(String json) {
    return StreamOffset.parse(json);
  }

  @Override
  public Offset latestOffset() {
    TableDescription now = current();
    return StreamOffset.at(now, now.rowCount());
  }

  @Override
  public ReadLimit getDefaultReadLimit() {
    return options.limit();
  }

  @Override
  public void prepareForTriggerAvailableNow() {
    TableDescription now = current();
    last = StreamOffset.at(now, now.rowCount());
  }

  @Override
  public Offset latestOffset(Offset startOffset, ReadLimit limit) {
    StreamOffset start = (StreamOffset) startOffset;
    TableDescription now = current();
    requireGrown(start, now);
    long available = last == null ? now.rowCount() : Math.min(last.row(), now.rowCount());
    long end = Math.min(available, end(now, start.row(), limit));
    return end <= start.row() ? start : StreamOffset.at(now, end);
  }

  @Override
  public Offset reportLatestOffset() {
    return latestOffset();
  }

  private void requireGrown(StreamOffset offset, TableDescription now) {
    if (!offset.isIn(now)) {
      throw new IllegalStateException("Cannot stream table " + now.name() + " from row " + offset.row() + " of version "
          + offset.version() + ": version " + now.version()
          + " has other rows before it, so the table was replaced or rows of it were changed; begin with a new checkpoint");
    }
  }

  /** The row that a batch ends before. */
  private static long end(TableDescription table, long start, ReadLimit limit) {
    return switch (limit) {
      case ReadMaxRows most -> start + most.maxRows();
      case ReadMaxFiles most -> endOfParts(table, start, most.maxFiles());
      case ReadMaxBytes most -> endOfBytes(table, start, most.maxBytes());
      case CompositeReadLimit all ->
          Arrays.stream(all.getReadLimits()).mapToLong(one -> end(table, start, one)).min().orElse(Long.MAX_VALUE);
      default -> Long.MAX_VALUE;
    };
  }

  private static long endOfParts(TableDescription table, long start, long most) {
    long row = 0;
    long count = 0;
    for (TablePart part : table.parts()) {
      row += part.rowCount();
      if (row > start && ++count == most) {
        return row;
      }
    }
    return Long.MAX_VALUE;
  }

  private static long endOfBytes(TableDescription table, long start, long most) {
    long row = 0;
    double left = most;
    for (TablePart part : table.parts()) {
      double rowBytes = Math.max(1e-3, part.byteSize() / (double) Math.max(1, part.rowCount()));
      long from = Math.max(row, start);
      row += part.rowCount();
      if (from < row) {
        double bytes = (row - from) * rowBytes;
        if (bytes >= left) {
          return Math.max(start + 1, from + (long) (left / rowBytes));
        }
        left -= bytes;
      }
    }
    return Long.MAX_VALUE;
  }

  /** The same rows for the same offsets, also after a restart. */
  @Override
  public InputPartition[] planInputPartitions(Offset startOffset, Offset endOffset) {
    StreamOffset start = (StreamOffset) startOffset;
    StreamOffset end = (StreamOffset) endOffset;
    letGo();
    LeasedVersions.Use version = versionOf(end);
    held = version;
    TableDescription table = version.table();
    requireGrown(start, table);
    Selection rows = Selection.all(table.parts()).rows(start.row(), end.row());
    byte[] description = table.withParts(List.of()).toBytes();
    ScanPlan batch = plan.with(table).with(rows);
    return Planning.bySize(batch).stream()
        .map(partition -> new StreamPartition(partition, description)).toArray(InputPartition[]::new);
  }

  private void letGo() {
    LeasedVersions.Use over = held;
    held = null;
    if (over != null) {
      over.close();
    }
  }

  /** The current version if it has these rows still, or the one that the offset is of. */
  private LeasedVersions.Use versionOf(StreamOffset offset) {
    String name = plan.table().name();
    LeasedVersions.Use now = LeasedVersions.lease(plan.peer(), name, null);
    try {
      if (offset.isIn(withColumns(now.table()))) {
        return now;
      }
    } catch (Throwable failure) {
      now.close();
      throw failure;
    }
    now.close();
    try {
      return LeasedVersions.lease(plan.peer(), name, offset.version());
    } catch (NotFoundException _) {
      requireGrown(offset, now.table()); // throws, and says why
      throw new IllegalStateException(
          "Cannot stream table " + name + ": its rows changed while it was looked at; start the query anew");
    }
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new StreamReaderFactory(plan.peer(), plan.table().name(), plan.columns());
  }

  @Override
  public void commit(Offset end) {
    letGo();
  }

  @Override
  public void stop() {
    letGo();
  }

  @Override
  public String toString() {
    return "packice " + plan.table().name();
  }
}
