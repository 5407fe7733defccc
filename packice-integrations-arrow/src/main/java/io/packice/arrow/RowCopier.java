package io.packice.arrow;

import java.util.List;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Copies single values between vectors of one type, children by their place. (Arrow's own copy of nested values goes by the names of children,
 * and drops a map's values unless they are called "value".) Rows of the target are filled in ascending order.
 */
final class RowCopier {
  private RowCopier() {
  }

  static void copy(FieldVector from, int fromRow, FieldVector to, int toRow) {
    switch (from) {
      case NullVector _ -> {
        // a count is all that it has
      }
      case ExtensionTypeVector<?> extension -> copy((FieldVector) extension.getUnderlyingVector(), fromRow,
          (FieldVector) ((ExtensionTypeVector<?>) to).getUnderlyingVector(), toRow);
      case StructVector struct -> copyStruct(struct, fromRow, (StructVector) to, toRow);
      case ListVector list -> copyList(list, fromRow, (ListVector) to, toRow);
      case LargeListVector list -> copyList(list, fromRow, (LargeListVector) to, toRow);
      case FixedSizeListVector list -> copyList(list, fromRow, (FixedSizeListVector) to, toRow);
      default -> to.copyFromSafe(fromRow, toRow, from);
    }
  }

  private static void copyStruct(StructVector from, int fromRow, StructVector to, int toRow) {
    while (to.getValueCapacity() <= toRow) {
      to.reAlloc();
    }
    if (from.isNull(fromRow)) {
      to.setNull(toRow); // what its children are there is not looked at
      return;
    }
    to.setIndexDefined(toRow);
    List<FieldVector> children = from.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      copy(children.get(i), fromRow, to.getChildrenFromFields().get(i), toRow);
    }
  }

  private static void copyList(ListVector from, int fromRow, ListVector to, int toRow) {
    if (from.isNull(fromRow)) {
      to.setNull(toRow);
      return;
    }
    int start = from.getElementStartIndex(fromRow);
    int count = from.getElementEndIndex(fromRow) - start;
    int target = to.startNewValue(toRow);
    for (int i = 0; i < count; i++) {
      copy(from.getDataVector(), start + i, to.getDataVector(), target + i);
    }
    to.endValue(toRow, count);
  }

  private static void copyList(LargeListVector from, int fromRow, LargeListVector to, int toRow) {
    if (from.isNull(fromRow)) {
      to.setNull(toRow);
      return;
    }
    long start = from.getElementStartIndex(fromRow);
    long count = from.getElementEndIndex(fromRow) - start;
    long target = to.startNewValue(toRow);
    for (long i = 0; i < count; i++) {
      copy(from.getDataVector(), Math.toIntExact(start + i), to.getDataVector(), Math.toIntExact(target + i));
    }
    to.endValue(toRow, count);
  }

  private static void copyList(FixedSizeListVector from, int fromRow, FixedSizeListVector to, int toRow) {
    if (from.isNull(fromRow)) {
      to.setNull(toRow);
      return;
    }
    to.startNewValue(toRow);
    int size = from.getListSize();
    for (int i = 0; i < size; i++) {
      copy(from.getDataVector(), fromRow * size + i, to.getDataVector(), toRow * size + i);
    }
  }
}
