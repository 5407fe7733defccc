package io.packice.spark.read;

import io.packice.arrow.TableDescription;
import io.packice.spark.peers.PeerAddress;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;

/** Takes what Spark pushes down, and makes a scan of it. */
public final class PackiceScanBuilder implements SupportsPushDownRequiredColumns {
  private final TableDescription table;
  private final PeerAddress peer;
  private final ReadOptions options;
  private StructType columns;

  /**
   * Begins with all columns and rows.
   *
   * @param table what is read
   * @param peer where from
   * @param schema the table's columns as Spark has them
   * @param options how
   */
  public PackiceScanBuilder(TableDescription table, PeerAddress peer, StructType schema, ReadOptions options) {
    this.table = table;
    this.peer = peer;
    this.columns = schema;
    this.options = options;
  }

  @Override
  public void pruneColumns(StructType requiredSchema) {
    columns = requiredSchema;
  }

  @Override
  public Scan build() {
    return new PackiceScan(table, peer, columns, options);
  }
}
