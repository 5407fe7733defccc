package io.packice.spark.read;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ScanOptions;
import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.vectors.Columns;
import io.packice.spark.vectors.RowNumbers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Reads slices as column batches over the mapping. A record batch, which may be a whole part, is handed out by windows, so that a task can be
 * stopped between them.
 *
 * <p>Parts stay mapped until the task is over, not only until the reader is closed: rows that Spark still has refer to them. A task may have another thread read,
 * such as the one that feeds a script, and end before it does. What that thread reads stays until it asks for more, which it does not get, or ends.
 */
final class SliceReader implements PartitionReader<ColumnarBatch> {
  private static final int WINDOW_ROWS = 1 << 16;

  private final OpenParts parts;
  private final StructType columns;
  private final ScanOptions stored;
  private final List<Slice> slices;

  private int nextSlice;
  private @Nullable Slice slice;
  private @Nullable ArrowTable part;
  private int nextBatch;
  /** The first row of the next record batch, counted in the part. */
  private long batchEnd;

  /** The columns of the record batch, by their names; null before the first, and where no column is read. */
  private @Nullable Map<String, StoredColumn> batch;
  /** The number of the record batch's first row in the table. */
  private long batchRow;
  private long windowStart;
  private long windowsEnd;
  private @Nullable ColumnarBatch current;
  private long rowsRead;
  private final boolean endsWithTask;
  /** Who has rows that are not copied yet. */
  private @Nullable Thread reader;
  private boolean isTaskOver;

  SliceReader(PeerAddress peer, TableDescription table, StructType columns, List<Slice> slices) {
    this.parts = new OpenParts(peer, table);
    this.columns = columns;
    this.slices = slices;
    Set<String> own = new HashSet<>(table.schema().getFields().stream().map(Field::getName).toList());
    this.stored = ScanOptions.all().withColumns(
        List.of(columns.fieldNames()).stream().filter(own::contains).toArray(String[]::new));
    TaskContext task = TaskContext.get();
    this.endsWithTask = task != null;
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) _ -> endWithTask());
    }
  }

  @Override
  public synchronized boolean next() {
    current = null;
    if (isTaskOver) {
      end(); // nobody wants the rest
      return false;
    }
    reader = Thread.currentThread();
    while (windowStart >= windowsEnd) {
      if (!nextBatch() && !nextSlice()) {
        return false;
      }
    }
    int rows = (int) Math.min(WINDOW_ROWS, windowsEnd - windowStart);
    current = new ColumnarBatch(window(windowStart, rows), rows);
    windowStart += rows;
    rowsRead += rows;
    return true;
  }

  private boolean nextSlice() {
    batch = null;
    if (nextSlice == slices.size()) {
      return false;
    }
    Slice opened = slices.get(nextSlice++);
    slice = opened;
    nextBatch = 0;
    batchEnd = 0;
    part = readsValues() ? parts.open(opened) : null;
    if (part == null) { // how many rows there are is known
      batchRow = opened.firstRow();
      windowStart = opened.from();
      windowsEnd = opened.to();
    }
    return true;
  }

  private boolean readsValues() {
    return !List.of().equals(stored.columns());
  }

  /** Goes to the next record batch that has rows of the slice. */
  private boolean nextBatch() {
    Slice of = slice;
    ArrowTable table = part;
    while (of != null && table != null && nextBatch < of.partBatches() && batchEnd < of.to()) {
      int index = nextBatch++;
      long start = batchEnd;
      int rows = table.batchRowCount(index);
      batchEnd += rows;
      int from = Math.clamp(of.from() - start, 0, rows);
      int to = Math.clamp(of.to() - start, 0, rows);
      if (from < to) {
        batch = table.columns(index, stored).stream()
            .collect(Collectors.toMap(column -> column.field().getName(), Function.identity()));
        batchRow = of.firstRow() + start;
        windowStart = from;
        windowsEnd = to;
        return true;
      }
    }
    return false;
  }

  private ColumnVector[] window(long from, int rows) {
    StructField[] fields = columns.fields();
    ColumnVector[] vectors = new ColumnVector[fields.length];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = column(fields[i], from, rows);
    }
    return vectors;
  }

  private ColumnVector column(StructField field, long from, int rows) {
    StoredColumn column = batch == null ? null : batch.get(field.name());
    if (column != null) {
      return Columns.of(column, field.dataType(), from, rows);
    }
    if (field.name().equals(MetadataColumns.ROW)) {
      return new RowNumbers(batchRow + from, rows);
    }
    if (field.name().equals(MetadataColumns.PART) && slice != null) {
      ConstantColumnVector id = new ConstantColumnVector(rows, DataTypes.StringType);
      id.setUtf8String(UTF8String.fromString(slice.partId()));
      return id;
    }
    throw new IllegalStateException("Cannot read column " + field.name() + ": the table has no such column");
  }

  @Override
  public synchronized ColumnarBatch get() {
    if (current == null) {
      throw new IllegalStateException("Cannot give a batch before next, or after the last");
    }
    return current;
  }

  @Override
  public synchronized CustomTaskMetric[] currentMetricsValues() {
    return parts.metrics(rowsRead);
  }

  /** By who reads, when there is no more, or by the task when it is over. */
  @Override
  public synchronized void close() {
    if (isReadElsewhere()) {
      endWithTask();
      return;
    }
    reader = null;
    current = null;
    batch = null;
    if (!endsWithTask) {
      parts.release();
    }
  }

  private boolean isReadElsewhere() {
    return reader != null && !reader.equals(Thread.currentThread()) && reader.isAlive();
  }

  private synchronized void endWithTask() {
    boolean isWaitedFor = isTaskOver;
    isTaskOver = true;
    Thread other = reader;
    if (other == null || !isReadElsewhere()) {
      end();
    } else if (!isWaitedFor) {
      var _ = Thread.ofPlatform().daemon().name("packice-reader-end").start(() -> endAfter(other));
    }
  }

  private void endAfter(Thread other) {
    try {
      other.join();
      end();
    } catch (InterruptedException e) { // by nobody but a JVM that ends
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void end() {
    reader = null;
    current = null;
    batch = null;
    parts.release();
  }
}
