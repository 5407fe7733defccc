package io.packice.spark.read;

import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.peers.PeerAddress;
import java.util.List;
import java.util.Objects;
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

  /** Whether another plan reads the same, however it came to it. */
  boolean isSameRead(ScanPlan other) {
    return table.fingerprint().equals(other.table.fingerprint()) && table.name().equals(other.table.name())
        && peer.equals(other.peer) && columns.equals(other.columns)
        && selection.slices().equals(other.selection.slices()) && options.equals(other.options);
  }

  /** Equal for the same read. */
  int readHash() {
    return Objects.hash(table.name(), table.version(), columns);
  }

  /** Of the table's parts, those of which nothing is read. */
  int partsSkipped() {
    return table.parts().size() - selection.partCount();
  }
}
