package io.packice.spark.write;

import io.packice.arrow.PartsWriter;
import io.packice.arrow.TableChange;
import io.packice.core.AcquireRequest.Room;
import io.packice.spark.peers.Peers;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** A batch of a stream that is being written: what its tasks have written is kept from the end of each on. Closed, it discards what was not published. */
final class StreamBatch implements AutoCloseable {
  private final WriteTarget target;
  private final TableChange change;
  private boolean closed; // guarded by this

  StreamBatch(WriteTarget target, Room room) {
    this.target = target;
    this.change = target.change(room);
  }

  TableChange change() {
    return change;
  }

  /** Takes over what a task has written; a task of a batch that is over already is not waited for, and its parts are not wanted. */
  synchronized void take(WriterCommitMessage message) {
    if (closed) {
      PartsWriter.discard(Peers.client(target.peer()), PartsMessage.of(message));
    } else {
      change.keep(PartsMessage.of(message));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    change.close();
  }
}
