package io.packice.arrow.vectors;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Copies single values between vectors of one type, children by their place. (Arrow's own copy of nested values goes by the names of children,
 * and drops a map's values unless they are called "value".) Rows of the target are filled in ascending order.
 */
public final class RowCopier {
  private final DictionaryProvider dictionaries;
  private final RareCopier rare;

  /**
   * Copies values in the place of indices into these dictionaries, where the target is not encoded. Indices are not checked.
   *
   * @param dictionaries what the indices stand for
   */
  public RowCopier(DictionaryProvider dictionaries) {
    this(dictionaries, new RareCopier.Targets());
  }

  /**
   * One of several that fill the same targets.
   *
   * @param dictionaries what the indices stand for
   * @param targets how far these are
   */
  public RowCopier(DictionaryProvider dictionaries, RareCopier.Targets targets) {
    this.dictionaries = dictionaries;
    this.rare = new RareCopier(this, targets);
  }

  /** A new vector with all rows of another. */
  FieldVector copyAll(FieldVector from, Field field, BufferAllocator allocator) {
    FieldVector to = field.createVector(allocator);
    try {
      append(field, from, 0, to, 0);
      return to;
    } catch (Throwable failure) {
      to.close();
      throw failure;
    }
  }

  /**
   * Copies all rows from one on to where the target ends; it may be new. The field is the target's.
   *
   * @param field the target's, as its schema has it
   * @param from the source
   * @param firstRow the first of its rows to be copied
   * @param to the target
   * @param end how many rows the target has then
   */
  public void append(Field field, FieldVector from, int firstRow, FieldVector to, int end) {
    int count = from.getValueCount() - firstRow;
    if (end == 0) {
      to.setInitialCapacity(count);
      to.allocateNew();
    }
    for (int i = 0; i < count; i++) {
      copy(field, from, firstRow + i, to, end + i);
    }
    to.setValueCount(end + count);
  }

  /**
   * Copies one value.
   *
   * @param field the target's, as its schema has it: a vector does not tell of itself which members a union inside of it has
   * @param from the source
   * @param fromRow which of its rows
   * @param to the target
   * @param toRow where
   */
  public void copy(Field field, FieldVector from, int fromRow, FieldVector to, int toRow) {
    switch (from) {
      case NullVector _ -> {
        // a count is all that it has
      }
      case BaseIntVector indices when isDecoded(indices, to) -> copyDecoded(field, indices, fromRow, to, toRow);
      case ExtensionTypeVector<?> extension -> copy(field, (FieldVector) extension.getUnderlyingVector(), fromRow,
          (FieldVector) ((ExtensionTypeVector<?>) to).getUnderlyingVector(), toRow);
      case StructVector struct -> copyStruct(field, struct, fromRow, (StructVector) to, toRow);
      case ListVector list -> copyList(field, list, fromRow, (ListVector) to, toRow);
      case LargeListVector list -> copyList(field, list, fromRow, (LargeListVector) to, toRow);
      case FixedSizeListVector list -> copyList(field, list, fromRow, (FixedSizeListVector) to, toRow);
      case ListViewVector list -> rare.copy(field, list, fromRow, (ListViewVector) to, toRow);
      case LargeListViewVector list -> rare.copy(field, list, fromRow, (LargeListViewVector) to, toRow);
      case UnionVector union -> rare.copy(field, union, fromRow, (UnionVector) to, toRow);
      case DenseUnionVector union -> rare.copy(field, union, fromRow, (DenseUnionVector) to, toRow);
      case RunEndEncodedVector runs -> rare.copy(field, runs, fromRow, (RunEndEncodedVector) to, toRow);
      default -> {
        if (to instanceof BaseVariableWidthViewVector views) {
          ViewRoom.make(views, toRow);
        }
        to.copyFromSafe(fromRow, toRow, from);
      }
    }
  }

  private static boolean isDecoded(BaseIntVector from, FieldVector to) {
    return from.getField().getDictionary() != null
        && !(to instanceof BaseIntVector && to.getField().getDictionary() != null);
  }

  private void copyDecoded(Field field, BaseIntVector from, int fromRow, FieldVector to, int toRow) {
    if (from.isNull(fromRow)) {
      rare.setNull(field, to, toRow);
      return;
    }
    Dictionary dictionary = dictionaries.lookup(from.getField().getDictionary().getId());
    copy(field, dictionary.getVector(), Math.toIntExact(from.getValueAsLong(fromRow)), to, toRow);
  }

  private void copyStruct(Field field, StructVector from, int fromRow, StructVector to, int toRow) {
    if (from.isNull(fromRow)) {
      rare.setNull(field, to, toRow);
      return;
    }
    to.setIndexDefined(toRow);
    List<FieldVector> children = from.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      copy(field.getChildren().get(i), children.get(i), fromRow, to.getChildrenFromFields().get(i), toRow);
    }
  }

  private void copyList(Field field, ListVector from, int fromRow, ListVector to, int toRow) {
    if (from.isNull(fromRow)) {
      to.setNull(toRow);
      return;
    }
    Field element = field.getChildren().getFirst();
    int start = from.getElementStartIndex(fromRow);
    int count = from.getElementEndIndex(fromRow) - start;
    int target = to.startNewValue(toRow);
    for (int i = 0; i < count; i++) {
      copy(element, from.getDataVector(), start + i, to.getDataVector(), target + i);
    }
    to.endValue(toRow, count);
  }

  private void copyList(Field field, LargeListVector from, int fromRow, LargeListVector to, int toRow) {
    if (from.isNull(fromRow)) {
      to.setNull(toRow);
      return;
    }
    Field element = field.getChildren().getFirst();
    long start = from.getElementStartIndex(fromRow);
    long count = from.getElementEndIndex(fromRow) - start;
    long target = to.startNewValue(toRow);
    for (long i = 0; i < count; i++) {
      copy(element, from.getDataVector(), Math.toIntExact(start + i), to.getDataVector(), Math.toIntExact(target + i));
    }
    to.endValue(toRow, count);
  }

  private void copyList(Field field, FixedSizeListVector from, int fromRow, FixedSizeListVector to, int toRow) {
    if (from.isNull(fromRow)) {
      rare.setNull(field, to, toRow);
      return;
    }
    to.startNewValue(toRow);
    Field element = field.getChildren().getFirst();
    int size = from.getListSize();
    for (int i = 0; i < size; i++) {
      copy(element, from.getDataVector(), fromRow * size + i, to.getDataVector(), toRow * size + i);
    }
  }
}
