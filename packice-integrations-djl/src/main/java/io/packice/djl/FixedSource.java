package io.packice.djl;

import ai.djl.ndarray.types.Shape;
import io.packice.arrow.FixedWidthColumn;
import io.packice.arrow.FixedWidthColumn.Chunk;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers and fixed-size lists of them, which are plain memory. */
final class FixedSource implements ColumnSource {
  private final List<Chunk> chunks;
  private final RowLocator locator;
  private final long rowBytes;
  private final Conversion conversion;
  private final TensorSpec tensor;

  FixedSource(String name, List<Chunk> chunks, long rowBytes, Conversion conversion) {
    this.chunks = chunks;
    this.locator = RowLocator.of(chunks, Chunk::rowCount);
    this.rowBytes = rowBytes;
    this.conversion = conversion;
    this.tensor = new TensorSpec(name, conversion.type(), conversion.shape());
  }

  /** The shape of a row: as the table has it, or as the caller says. */
  static Shape rowShape(FixedWidthColumn column, @Nullable Shape wanted, int elementBytes) {
    long elements = column.rowBytes() / elementBytes;
    if (wanted == null && column.isPermuted()) {
      throw new IllegalArgumentException("Cannot make a tensor of column " + column.field().getName()
          + ": its writer means its dimensions " + new Shape(column.rowShape())
          + " in another order than they are stored in; give the shape that is stored by Column.withShape");
    }
    if (wanted == null) {
      Shape own = new Shape(column.rowShape());
      return own.size() == elements ? own : new Shape(elements); // bytes of one width
    }
    if (wanted.size() != elements) {
      throw new IllegalArgumentException("Cannot read column " + column.field().getName() + " in shape " + wanted
          + ": a row has " + elements + " elements; give a shape of as many");
    }
    return wanted;
  }

  @Override
  public List<TensorSpec> tensors() {
    return List.of(tensor);
  }

  @Override
  public @Nullable MemorySegment view(long firstRow, int rows) {
    if (!conversion.isIdentity()) {
      return null;
    }
    int chunk = locator.chunkOf(firstRow, 0);
    long start = firstRow - locator.firstRow(chunk);
    return start + rows > chunks.get(chunk).rowCount() ? null
        : chunks.get(chunk).values().asSlice(start * rowBytes, rows * rowBytes);
  }

  @Override
  public ColumnSource over(WritableColumns memory) {
    return conversion.isIdentity()
        ? new FixedSource(tensor.name(), memory.of(tensor.name(), chunks), rowBytes, conversion)
        : this;
  }

  @Override
  public void gather(long[] rows, List<MemorySegment> targets) {
    MemorySegment target = targets.getFirst();
    long tensorRowBytes = tensor.rowBytes();
    int chunk = 0;
    long offset = 0;
    for (long row : rows) {
      chunk = locator.chunkOf(row, chunk);
      conversion.copyRow(row, chunks.get(chunk).values(), (row - locator.firstRow(chunk)) * rowBytes, target, offset);
      offset += tensorRowBytes;
    }
  }
}
