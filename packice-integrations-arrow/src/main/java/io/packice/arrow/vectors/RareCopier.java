package io.packice.arrow.vectors;

import java.util.IdentityHashMap;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** What {@link RowCopier} does with list views, unions and run ends, of which Arrow cannot copy single values. For one thread at a time. */
public final class RareCopier {
  private final RowCopier copier;
  private final Targets targets;

  RareCopier(RowCopier copier, Targets targets) {
    this.copier = copier;
    this.targets = targets;
  }

  /** How far vectors are that are being filled, be it from several sources. */
  public static final class Targets {
    /** Where the elements of a list view end. */
    private final IdentityHashMap<FieldVector, Integer> ends = new IdentityHashMap<>();
    /** Which run the last row came from. */
    private final IdentityHashMap<FieldVector, Run> runs = new IdentityHashMap<>();

    /** Of nothing yet. */
    public Targets() {
    }
  }

  private record Run(RunEndEncodedVector vector, int number) {
    boolean is(RunEndEncodedVector other, int otherNumber) {
      return number == otherNumber && vector.equals(other);
    }
  }

  void copy(Field field, ListViewVector from, int fromRow, ListViewVector to, int toRow) {
    if (from.isNull(fromRow)) {
      to.setNull(toRow);
      return;
    }
    int start = from.getElementStartIndex(fromRow);
    int count = from.getElementEndIndex(fromRow) - start;
    int target = target(to, toRow, to.getOffsetBuffer());
    to.setNull(toRow); // which makes room
    to.setValidity(toRow, 1);
    to.getOffsetBuffer().setInt((long) toRow * ListViewVector.OFFSET_WIDTH, target);
    to.endValue(toRow, count);
    elements(field.getChildren().getFirst(), from.getDataVector(), start, to.getDataVector(), target, count);
    targets.ends.put(to, target + count);
  }

  void copy(Field field, LargeListViewVector from, int fromRow, LargeListViewVector to, int toRow) {
    if (from.isNull(fromRow)) {
      to.setNull(toRow);
      return;
    }
    long at = (long) fromRow * Long.BYTES;
    int start = Math.toIntExact(from.getOffsetBuffer().getLong(at));
    int count = Math.toIntExact(from.getSizeBuffer().getLong(at));
    int target = target(to, toRow, to.getOffsetBuffer());
    to.setNull(toRow); // which makes room
    to.setValidity(toRow, 1);
    to.getOffsetBuffer().setLong((long) toRow * Long.BYTES, target);
    to.getSizeBuffer().setLong((long) toRow * Long.BYTES, count);
    elements(field.getChildren().getFirst(), from.getDataVector(), start, to.getDataVector(), target, count);
    targets.ends.put(to, target + count);
  }

  /** Behind all elements so far: those that this has written, or, of a vector that somebody else began, all that it has. */
  private int target(FieldVector to, int toRow, ArrowBuf offsets) {
    Integer known = targets.ends.get(to);
    if (known != null && toRow > 0) {
      return known;
    }
    return toRow == 0 || offsets.capacity() == 0 ? 0 : to.getChildrenFromFields().getFirst().getValueCount();
  }

  private void elements(Field element, FieldVector from, int start, FieldVector to, int target, int count) {
    for (int i = 0; i < count; i++) {
      copier.copy(element, from, start + i, to, target + i);
    }
  }

  void copy(Field field, UnionVector from, int fromRow, UnionVector to, int toRow) {
    int type = from.getTypeValue(fromRow);
    int member = UnionMembers.place(field, type);
    copier.copy(field.getChildren().get(member), from.getChildrenFromFields().get(member), fromRow,
        to.getChildrenFromFields().get(member), toRow);
    to.setValueCount(toRow + 1); // which makes room
    to.getTypeBuffer().setByte(toRow, type);
  }

  void copy(Field field, DenseUnionVector from, int fromRow, DenseUnionVector to, int toRow) {
    byte type = from.getTypeId(fromRow);
    int member = UnionMembers.place(field, type);
    FieldVector target = to.getChildrenFromFields().get(member);
    int end = target.getValueCount();
    copier.copy(field.getChildren().get(member), from.getChildrenFromFields().get(member), from.getOffset(fromRow),
        target, end);
    target.setValueCount(end + 1);
    to.setTypeId(toRow, type);
    to.setOffset(toRow, end);
  }

  /**
   * Nothing, where there is no index, or nothing around it: unions and run ends have nulls only inside of them, and Arrow's own method refuses. What is inside
   * of others may be such, and wants a member or a run in each row.
   */
  void setNull(Field field, FieldVector to, int toRow) {
    switch (to) {
      case NullVector _ -> {
        // has nothing else
      }
      case ExtensionTypeVector<?> extension ->
          setNull(field, (FieldVector) extension.getUnderlyingVector(), toRow);
      case UnionVector union -> {
        setNull(field.getChildren().getFirst(), union.getChildrenFromFields().getFirst(), toRow);
        union.setValueCount(toRow + 1); // which makes room
        union.getTypeBuffer().setByte(toRow, UnionMembers.type(field, 0));
      }
      case DenseUnionVector union -> {
        FieldVector member = union.getChildrenFromFields().getFirst();
        int end = member.getValueCount();
        setNull(field.getChildren().getFirst(), member, end);
        member.setValueCount(end + 1);
        union.setTypeId(toRow, (byte) UnionMembers.type(field, 0));
        union.setOffset(toRow, end);
      }
      case RunEndEncodedVector runs -> {
        BaseIntVector ends = (BaseIntVector) runs.getRunEndsVector();
        int run = ends.getValueCount();
        setNull(field.getChildren().getLast(), runs.getValuesVector(), run);
        runs.getValuesVector().setValueCount(run + 1);
        ends.setValueCount(run + 1);
        ends.setWithPossibleTruncate(run, toRow + 1);
        targets.runs.remove(runs);
      }
      case StructVector struct -> {
        struct.setNull(toRow);
        List<FieldVector> children = struct.getChildrenFromFields();
        for (int i = 0; i < children.size(); i++) {
          setNull(field.getChildren().get(i), children.get(i), toRow);
        }
      }
      case FixedSizeListVector list -> {
        list.setNull(toRow);
        for (int i = 0; i < list.getListSize(); i++) {
          setNull(field.getChildren().getFirst(), list.getDataVector(), toRow * list.getListSize() + i);
        }
      }
      default -> to.setNull(toRow);
    }
  }

  /** Rows of the same run, one after the other, stay one run. */
  void copy(Field field, RunEndEncodedVector from, int fromRow, RunEndEncodedVector to, int toRow) {
    int run = from.getPhysicalIndex(fromRow);
    BaseIntVector targetEnds = (BaseIntVector) to.getRunEndsVector();
    int end = targetEnds.getValueCount();
    @Nullable Run last = targets.runs.get(to);
    if (end == 0 || toRow == 0 || last == null || !last.is(from, run)) {
      copier.copy(field.getChildren().getLast(), from.getValuesVector(), run, to.getValuesVector(), end);
      to.getValuesVector().setValueCount(end + 1);
      targetEnds.setValueCount(end + 1);
      end++;
    }
    targetEnds.setWithPossibleTruncate(end - 1, toRow + 1);
    targets.runs.put(to, new Run(from, run));
  }
}
