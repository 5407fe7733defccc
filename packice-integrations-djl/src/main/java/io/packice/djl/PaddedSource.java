package io.packice.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of different lengths as one rectangle: cut at the longest that is wanted, filled up with a padding value, and, if wanted, a mask beside it
 * that has 1 where a value is and 0 where padding is.
 */
final class PaddedSource implements ColumnSource {
  /** A row's elements somewhere in memory. */
  record Elements(MemorySegment memory, long offset, long count) {
    static final Elements NONE = new Elements(MemorySegment.NULL, 0, 0);
  }

  /** Finds a row's elements. */
  interface Finder {
    Elements row(long row);
  }

  private final Finder finder;
  private final Conversion conversion;
  private final double padding;
  private final int length;
  private final List<TensorSpec> tensors;

  PaddedSource(Column column, Finder finder, Conversion conversion, int length) {
    this.finder = finder;
    this.conversion = conversion;
    this.padding = column.padding();
    this.length = length;
    this.tensors = new ArrayList<>();
    tensors.add(new TensorSpec(column.name(), conversion.type(), new Shape(length)));
    if (column.hasMask()) {
      tensors.add(new TensorSpec(column.name() + " mask", DataType.INT64, new Shape(length)));
    }
  }

  @Override
  public List<TensorSpec> tensors() {
    return tensors;
  }

  @Override
  public void gather(long[] rows, List<MemorySegment> targets) {
    for (int i = 0; i < rows.length; i++) {
      Elements elements = finder.row(rows[i]);
      int count = (int) Math.min(elements.count, length);
      fill(rows[i], elements, count, targets.getFirst(), (long) i * length);
      if (targets.size() > 1) {
        mask(count, targets.getLast().asSlice((long) i * length * Long.BYTES, (long) length * Long.BYTES));
      }
    }
  }

  private void fill(long row, Elements elements, int count, MemorySegment target, long firstElement) {
    ElementType type = conversion.target();
    int step = type.byteSize();
    conversion.copyElements(row, elements.memory, elements.offset, target, firstElement * step, count);
    for (long i = firstElement + count; i < firstElement + length; i++) {
      type.putReal(target, i * step, padding);
    }
  }

  private static void mask(int count, MemorySegment mask) {
    for (long i = 0; i < mask.byteSize() / Long.BYTES; i++) {
      mask.set(ElementType.Layouts.LONG, i * Long.BYTES, i < count ? 1 : 0);
    }
  }
}
