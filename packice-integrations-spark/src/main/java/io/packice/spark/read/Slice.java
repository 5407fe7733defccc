package io.packice.spark.read;

import io.packice.arrow.manifest.TablePart;
import java.io.Serializable;
import java.util.List;

/**
 * Some rows of a part.
 *
 * @param partId the part's object
 * @param partRows all rows of the part
 * @param partBytes its length
 * @param partBatches its record batches
 * @param formerSchema which of the table's former schemas it has, or -1
 * @param firstRow the number of the part's first row in the table
 * @param from the first row of the slice, counted in the part
 * @param to the first row behind it
 */
record Slice(String partId, long partRows, long partBytes, int partBatches, int formerSchema, long firstRow, long from,
    long to)
    implements
    Serializable {
  static Slice whole(TablePart part, long firstRow) {
    return new Slice(part.id(), part.rowCount(), part.byteSize(), part.batchCount(), part.formerSchema(), firstRow, 0,
        part.rowCount());
  }

  Slice rows(long newFrom, long newTo) {
    return new Slice(partId, partRows, partBytes, partBatches, formerSchema, firstRow, newFrom, newTo);
  }

  long rowCount() {
    return to - from;
  }

  /** The part without its statistics, which readers do not need. */
  TablePart part() {
    return new TablePart(partId, partRows, partBytes, partBatches, List.of(), List.of(), formerSchema);
  }
}
