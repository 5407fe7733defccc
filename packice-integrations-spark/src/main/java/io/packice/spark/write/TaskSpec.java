package io.packice.spark.write;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.PartsWriter;
import io.packice.arrow.TableOptions;
import io.packice.arrow.manifest.TableDescription;
import io.packice.core.AcquireRequest.Room;
import io.packice.spark.partition.PartitionKey;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import java.io.Serializable;
import java.time.Duration;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.StructType;

/**
 * What a task must know to write parts.
 *
 * @param peer where
 * @param table which
 * @param description its columns and partitioning
 * @param schema its columns as Spark has them
 * @param partBytes how large parts are to be
 * @param leaseTtlMillis how long they outlive those who know of them
 * @param match what makes Spark's rows the table's
 * @param room what room for parts may be made of
 * @param rows how many rows all tasks together write at least; 0 if nobody knows
 */
@SuppressWarnings("ArrayRecordComponent") // goes over the wire, and is never compared
record TaskSpec(PeerAddress peer, String table, byte[] description, StructType schema, long partBytes,
    long leaseTtlMillis, RowMatch match, Room room, long rows) implements Serializable {
  TaskSpec withRows(long newRows) {
    return new TaskSpec(peer, table, description, schema, partBytes, leaseTtlMillis, match, room, newRows);
  }

  private TableDescription described() {
    return TableDescription.fromBytes(table, description);
  }

  PartitionKey key() {
    return new PartitionKey(described(), schema);
  }

  /** Each batch makes a part: rows are gathered before. */
  PartsWriter open() {
    Schema columns = described().schema();
    return new ArrowTables(Peers.client(peer)).parts(table, columns,
        TableOptions.defaults().withPartBytes(1).withRoom(room).withExpectedRows(columns, rows),
        Duration.ofMillis(leaseTtlMillis));
  }
}
