package io.packice.spark.read;

import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.peers.PeerAddress;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Makes readers, in the executors.
 *
 * @param peer where from
 * @param name the table's name
 * @param description its schema, without parts
 * @param columns what is read
 */
@SuppressWarnings("ArrayRecordComponent") // goes over the wire, and is never compared
record SliceReaderFactory(PeerAddress peer, String name, byte[] description, StructType columns)
    implements
    PartitionReaderFactory {
  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return true;
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    return reader(partition);
  }

  private SliceReader reader(InputPartition partition) {
    return new SliceReader(peer, TableDescription.fromBytes(name, description), columns,
        slices(partition).slices());
  }

  private static SlicePartition slices(InputPartition partition) {
    return partition instanceof KeyedPartition keyed ? keyed.slices() : (SlicePartition) partition;
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    return new RowReader(reader(partition));
  }
}
