package io.packice.djl;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column as batches want it: rows as a view where that can be, else gathered. Touches only memory, never the engine, so that any thread may do
 * it, several at once. The memory ends with the table, so callers are users of it.
 */
interface ColumnSource {
  /** What its arrays look like: one, or the values and their mask. */
  List<TensorSpec> tensors();

  /** Consecutive rows in place, for a column of one array; null if they must be converted, or do not lie together. */
  default @Nullable MemorySegment view(long firstRow, int rows) {
    return null;
  }

  /** The same with views that may be written; itself if it has no views. */
  default ColumnSource over(WritableColumns memory) {
    return this;
  }

  /** Copies rows in the given order, converted on the way, into a target for each array: the only copy that is made. */
  void gather(long[] rows, List<MemorySegment> targets);
}
