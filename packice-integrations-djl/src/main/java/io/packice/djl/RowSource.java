package io.packice.djl;

import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/** Rows that are made one by one on the heap, such as decoded pictures and looked-up words, and converted into the batch from there. */
final class RowSource implements ColumnSource {
  /** Makes a row: an array of primitives, of the elements that the conversion takes. */
  interface Maker {
    MemorySegment row(long row);
  }

  private final Maker maker;
  private final Conversion conversion;
  private final TensorSpec tensor;

  RowSource(String name, Conversion conversion, Maker maker) {
    this.maker = maker;
    this.conversion = conversion;
    this.tensor = new TensorSpec(name, conversion.type(), conversion.shape());
  }

  /** Whole numbers. */
  static Maker integers(LongUnaryOperator value) {
    return row -> MemorySegment.ofArray(new long[] {value.applyAsLong(row)});
  }

  /** Numbers with fractions. */
  static Maker reals(LongToDoubleFunction value) {
    return row -> MemorySegment.ofArray(new double[] {value.applyAsDouble(row)});
  }

  /** What {@link #integers} or {@link #reals} makes. */
  static ElementType element(VectorColumn.Numbers numbers) {
    return numbers == VectorColumn.Numbers.FRACTIONS ? ElementType.FLOAT64 : ElementType.INT64;
  }

  @Override
  public List<TensorSpec> tensors() {
    return List.of(tensor);
  }

  @Override
  public void gather(long[] rows, List<MemorySegment> targets) {
    long offset = 0;
    for (long row : rows) {
      conversion.copyRow(row, maker.row(row), 0, targets.getFirst(), offset);
      offset += tensor.rowBytes();
    }
  }
}
