package io.packice.arrow.manifest;

import io.packice.arrow.statistics.ColumnStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One part of a table, as its manifest describes it: an object of the peer. Plain data.
 *
 * @param id the object's id
 * @param rowCount how many rows it has
 * @param byteSize its length in bytes
 * @param batchCount how many record batches it has
 * @param statistics one entry for each column of the table, in order; of a column that was added since, all values are null
 * @param partition what the table's {@linkplain TableDescription#partitioning partitioning} gives for all its rows, one value for each field: a
 *     {@link Long}, {@link String} or {@link Boolean}, or null where the column is; empty if the table is not partitioned
 * @param formerSchema which of the table's former schemas the part was written in, from 0; -1 if the columns have not changed since
 */
public record TablePart(String id, long rowCount, long byteSize, int batchCount, List<ColumnStatistics> statistics,
    List<@Nullable Object> partition, int formerSchema) {
  /** Copies the lists. */
  public TablePart {
    statistics = List.copyOf(statistics);
    partition = Collections.unmodifiableList(new ArrayList<>(partition)); // it may have nulls
  }

  /**
   * A part of a table that is not partitioned, and whose columns have not changed since.
   *
   * @param id the object's id
   * @param rowCount how many rows it has
   * @param byteSize its length in bytes
   * @param batchCount how many record batches it has
   * @param statistics one entry for each column of the table, in order
   */
  public TablePart(String id, long rowCount, long byteSize, int batchCount, List<ColumnStatistics> statistics) {
    this(id, rowCount, byteSize, batchCount, statistics, List.of(), TableColumns.CURRENT);
  }
}
