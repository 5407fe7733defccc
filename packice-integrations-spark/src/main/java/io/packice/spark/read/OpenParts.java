package io.packice.spark.read;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableDescription;
import io.packice.core.NotFoundException;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The parts that a reader has mapped. They stay so until the task is over, not only until the reader is closed: rows that Spark still has refer to them.
 */
final class OpenParts {
  private final PeerAddress peer;
  private final TableDescription table;
  private final List<ArrowTable> opened = new ArrayList<>();
  private final boolean endsWithTask;

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
    try {
      ArrowTable part = new ArrowTables(Peers.client(peer)).open(table.withParts(List.of(slice.part())));
      opened.add(part);
      return part;
    } catch (NotFoundException gone) {
      throw new NotFoundException("Cannot read version " + table.version() + " of table " + table.name() + ": part "
          + slice.partId() + " is gone from " + peer.here()
          + ", because the table was replaced or dropped since this query was planned; run it again, or write the table with a history",
          gone);
    }
  }

  /** The reader is done. */
  void close() {
    if (!endsWithTask) {
      release();
    }
  }

  private void release() {
    opened.forEach(ArrowTable::close);
    opened.clear();
  }
}
