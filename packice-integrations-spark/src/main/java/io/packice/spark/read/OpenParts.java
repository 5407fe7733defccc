package io.packice.spark.read;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.peers.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** The parts that a reader uses, each from its first row until all are released together. For one thread at a time. */
final class OpenParts {
  private final PeerAddress peer;
  private final TableDescription table;
  private final List<MappedParts.Use> used = new ArrayList<>();
  private long bytes;
  private long partCount;
  private long waitNanos;

  OpenParts(PeerAddress peer, TableDescription table) {
    this.peer = peer;
    this.table = table;
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

  void release() {
    used.forEach(MappedParts.Use::close);
    used.clear();
  }
}
