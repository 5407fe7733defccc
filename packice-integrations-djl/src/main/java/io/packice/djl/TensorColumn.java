package io.packice.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.arrow.FixedWidthColumn;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column as a batch wants it: rows as a view where that can be, else gathered. Touches only memory, never the engine, so that any thread
 * may do it. The segments end with the table, so callers hold a share of it.
 */
final class TensorColumn {
  private final List<FixedWidthColumn.Chunk> chunks;
  private final long[] firstRows;
  private final long rowCount;
  private final long rowBytes;
  private final long[] rowShape;
  private final long rowElements;
  private final Conversion conversion;

  TensorColumn(List<FixedWidthColumn.Chunk> chunks, long[] rowShape, Conversion conversion) {
    this.chunks = chunks;
    this.firstRows = chunks.stream().mapToLong(FixedWidthColumn.Chunk::firstRow).toArray();
    this.rowCount = chunks.stream().mapToLong(FixedWidthColumn.Chunk::rowCount).sum();
    this.rowShape = rowShape.clone();
    this.rowElements = new Shape(rowShape).size();
    this.rowBytes = rowElements * conversion.source().byteSize();
    this.conversion = conversion;
  }

  long rowCount() {
    return rowCount;
  }

  DataType tensorType() {
    return conversion.target();
  }

  /** The shape of so many rows. */
  Shape shape(int rows) {
    return new Shape(rows).addAll(new Shape(rowShape));
  }

  /** The length of one row of the tensor. */
  long tensorRowBytes() {
    return rowElements * conversion.target().getNumOfBytes();
  }

  /** Consecutive rows in place; null if they must be converted, or lie in more than one chunk. */
  @Nullable
  MemorySegment view(long firstRow, int rows) {
    if (!conversion.isIdentity()) {
      return null;
    }
    FixedWidthColumn.Chunk chunk = chunks.get(chunkOf(firstRow, 0));
    long start = firstRow - chunk.firstRow();
    return start + rows > chunk.rowCount() ? null : chunk.values().asSlice(start * rowBytes, rows * rowBytes);
  }

  /** Copies rows in the given order, converted on the way: the only copy that is made. */
  void gather(long[] rows, MemorySegment target) {
    int chunkIndex = 0;
    long targetOffset = 0;
    for (long row : rows) {
      chunkIndex = chunkOf(row, chunkIndex);
      FixedWidthColumn.Chunk chunk = chunks.get(chunkIndex);
      conversion.copy(chunk.values(), (row - chunk.firstRow()) * rowBytes, target, targetOffset, rowElements);
      targetOffset += tensorRowBytes();
    }
  }

  /** The chunk that has a row; the last row's chunk is tried first. */
  private int chunkOf(long row, int guess) {
    FixedWidthColumn.Chunk guessed = chunks.get(guess);
    if (row >= guessed.firstRow() && row - guessed.firstRow() < guessed.rowCount()) {
      return guess;
    }
    int low = 0;
    int high = firstRows.length;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (firstRows[middle] <= row) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
