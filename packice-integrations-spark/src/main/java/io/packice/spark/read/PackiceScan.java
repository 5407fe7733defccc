package io.packice.spark.read;

import io.packice.arrow.TableDescription;
import io.packice.spark.peers.PeerAddress;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/** A read of one version of a table: which columns, which parts. */
final class PackiceScan implements Scan, Batch {
  private final TableDescription table;
  private final PeerAddress peer;
  private final StructType columns;
  private final ReadOptions options;

  PackiceScan(TableDescription table, PeerAddress peer, StructType columns, ReadOptions options) {
    this.table = table;
    this.peer = peer;
    this.columns = columns;
    this.options = options;
  }

  @Override
  public StructType readSchema() {
    return columns;
  }

  @Override
  public String description() {
    return "packice " + table.name() + " version " + table.version();
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    List<Slice> slices = Splits.slices(table.parts());
    double share = ColumnShare.of(table, columns);
    int cores = SparkSession.active().sparkContext().defaultParallelism();
    long split = Splits.splitBytes(table.byteSize() * share, cores, options.splitBytes());
    return new Splits(share, split).plan(slices).toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SliceReaderFactory(peer, table.name(), table.withParts(List.of()).toBytes(), columns);
  }
}
