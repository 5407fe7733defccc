package io.packice.djl;

import io.packice.djl.PaddedSource.Elements;
import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;

/** The elements of a list column, in place. */
final class ListFinder implements PaddedSource.Finder {
  private final List<FieldVector> vectors;
  private final List<MemorySegment> elements;
  private final RowLocator locator;
  private final int elementBytes;

  /**
   * Finds the elements of all batches.
   *
   * @throws IllegalArgumentException if some are null
   */
  ListFinder(VectorColumn column, ElementType element) {
    this.vectors = column.vectors();
    this.elements = vectors.stream().map(vector -> memory(column, vector)).toList();
    this.locator = column.locator();
    this.elementBytes = element.byteSize();
  }

  private static MemorySegment memory(VectorColumn column, FieldVector vector) {
    FieldVector values = vector.getChildrenFromFields().getFirst();
    if (values.getNullCount() > 0) {
      throw new IllegalArgumentException("Cannot pad column " + column.field().getName() + ": " + values.getNullCount()
          + " elements of its lists are null; fill them before writing the table");
    }
    return VectorColumn.memory(values.getDataBuffer());
  }

  /** The most elements that a row has. */
  long longest() {
    long longest = 0;
    for (FieldVector vector : vectors) {
      for (int i = 0; i < vector.getValueCount(); i++) {
        longest = Math.max(longest, vector.isNull(i) ? 0 : end(vector, i) - start(vector, i));
      }
    }
    return longest;
  }

  @Override
  public Elements row(long row) {
    int chunk = locator.chunkOf(row, 0);
    FieldVector vector = vectors.get(chunk);
    int index = (int) (row - locator.firstRow(chunk));
    if (vector.isNull(index)) {
      return Elements.NONE;
    }
    long start = start(vector, index);
    return new Elements(elements.get(chunk), start * elementBytes, end(vector, index) - start);
  }

  private static long start(FieldVector vector, int index) {
    return switch (vector) {
      case LargeListVector large -> large.getElementStartIndex(index);
      case ListViewVector view -> view.getElementStartIndex(index);
      case LargeListViewVector view -> view.getOffsetBuffer().getLong((long) index * Long.BYTES); // it has no method that gives 64 bits
      default -> ((ListVector) vector).getElementStartIndex(index);
    };
  }

  private static long end(FieldVector vector, int index) {
    return switch (vector) {
      case LargeListVector large -> large.getElementEndIndex(index);
      case ListViewVector view -> view.getElementEndIndex(index);
      case LargeListViewVector view -> start(view, index) + view.getSizeBuffer().getLong((long) index * Long.BYTES);
      default -> ((ListVector) vector).getElementEndIndex(index);
    };
  }
}
