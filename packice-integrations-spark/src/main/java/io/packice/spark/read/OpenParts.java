package io.packice.spark.read;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.TableDescription;
import io.packice.spark.peers.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The parts that a reader uses. They stay mapped until the task is over, not only until the reader is closed: rows that Spark still has refer to them.
 */
final class OpenParts {
  private final PeerAddress peer;
  private final TableDescription table;
  private final List<MappedParts.Use> used = new ArrayList<>();
  private final boolean endsWithTask;
  private long bytes;
  private long partCount;
  private long waitNanos;

  OpenParts(PeerAddress peer, TableDescription table) {
    this.peer = peer;
    this.table = table;
    TaskContext task = TaskContext.get();
    this.endsWithTask = task != null;
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) _ -> release());
    }
  }

  ArrowTable open(Slice slice) {
    long start = System.nanoTime();
    MappedParts.Use use = MappedParts.acquire(peer, table, slice);
    used.add(use);
    partCount++;
    bytes += slice.partBytes();
    waitNanos += System.nanoTime() - start;
    return use.part();
  }

  CustomTaskMetric[] metrics(long rows) {
    return new CustomTaskMetric[] {new ReadMetrics.Value(ReadMetrics.BYTES_MAPPED, bytes),
        new ReadMetrics.Value(ReadMetrics.LEASE_WAIT, TimeUnit.NANOSECONDS.toMicros(waitNanos)),
        new ReadMetrics.Value(ReadMetrics.PARTS_SCANNED, partCount), new ReadMetrics.Value(ReadMetrics.ROWS, rows)};
  }

  /** The reader is done. */
  void close() {
    if (!endsWithTask) {
      release();
    }
  }

  private void release() {
    used.forEach(MappedParts.Use::close);
    used.clear();
  }
}
