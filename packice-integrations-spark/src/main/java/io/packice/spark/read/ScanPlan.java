package io.packice.spark.read;

import io.packice.arrow.TableDescription;
import io.packice.spark.peers.PeerAddress;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What a scan reads.
 *
 * @param table the table, in one version
 * @param peer where from
 * @param ranges the statistics of its columns
 * @param schema all columns of the table
 * @param columns the columns that are read
 * @param selection the rows that are read
 * @param pushed what was decided here, for people
 * @param options how
 */
record ScanPlan(TableDescription table, PeerAddress peer, ColumnRanges ranges, StructType schema, StructType columns,
    Selection selection,
    List<String> pushed, ReadOptions options) {
  ScanPlan {
    pushed = List.copyOf(pushed);
  }

  ScanPlan with(TableDescription newTable) {
    return new ScanPlan(newTable, peer, ranges, schema, columns, selection, pushed, options);
  }

  ScanPlan with(Selection newSelection) {
    return new ScanPlan(table, peer, ranges, schema, columns, newSelection, pushed, options);
  }

  /** Of the table's parts, those of which nothing is read. */
  int partsSkipped() {
    return table.parts().size() - selection.partCount();
  }
}
