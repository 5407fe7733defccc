package io.packice.spark.write;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableChange;
import io.packice.arrow.TableOptions;
import io.packice.arrow.manifest.TableDescription;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.InvalidRequestException;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.StructType;

/**
 * What is written: a table as it was when the write was planned, and where.
 *
 * @param peer where
 * @param planned the table; one that does not exist yet has version 0
 * @param schema its columns as Spark has them
 */
public record WriteTarget(PeerAddress peer, TableDescription planned, StructType schema) {
  /** How long a commit waits for another's. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Looks that the peer can be written by many processes. */
  public WriteTarget {
    if (peer.here().toLowerCase(Locale.ROOT).startsWith("http")) {
      throw new InvalidRequestException("Cannot write table " + planned.name() + " over " + peer.here()
          + ": its drafts would be in the memory of each executor; give the Unix socket of a peer on the executors' host");
    }
  }

  /** Whether the table was there when the write was planned. */
  boolean exists() {
    return planned.version() > 0;
  }

  String table() {
    return planned.name();
  }

  TableChange change() {
    return change(Room.USUAL);
  }

  TableChange change(Room room) {
    return new ArrowTables(Peers.client(peer)).change(table(), PATIENCE, TableOptions.defaults().withRoom(room));
  }

  /** What tasks need. */
  TaskSpec spec(WriteOptions options, RowMatch match) {
    return new TaskSpec(peer, table(), planned.withParts(List.of()).toBytes(), schema, options.partBytes(),
        options.leaseTtl().toMillis(), match, options.room(), 0);
  }
}
