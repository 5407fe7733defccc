package io.packice.spark.write;

import java.util.List;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.unsafe.types.VariantVal;

/** Values that have others inside. */
abstract class NestedWriter extends ValueWriter {
  final List<ValueWriter> children;

  NestedWriter(ValueWriter... children) {
    this.children = List.of(children);
  }

  @Override
  long bytes() {
    long bytes = (long) count * Integer.BYTES;
    for (ValueWriter child : children) {
      bytes += child.bytes();
    }
    return bytes;
  }

  @Override
  long offsetBytes() {
    long most = 0;
    for (ValueWriter child : children) {
      most = Math.max(most, Math.max(child.count, child.offsetBytes()));
    }
    return most;
  }

  @Override
  final void finish() {
    children.forEach(ValueWriter::finish);
    finishOwn();
  }

  abstract void finishOwn();

  @Override
  final void reset() {
    super.reset();
    children.forEach(ValueWriter::reset);
  }

  static final class Nulls extends NestedWriter {
    private final NullVector vector;

    Nulls(NullVector vector) {
      this.vector = vector;
    }

    @Override
    void append(SpecializedGetters from, int at) {
      // there is only null
    }

    @Override
    void appendNull() {
      // its count is all there is
    }

    @Override
    void finishOwn() {
      vector.setValueCount(count);
    }
  }

  static final class Lists extends NestedWriter {
    private final ListVector vector;
    private final ValueWriter elements;

    Lists(ListVector vector, ValueWriter elements) {
      super(elements);
      this.vector = vector;
      this.elements = elements;
    }

    @Override
    void append(SpecializedGetters from, int at) {
      ArrayData array = from.getArray(at);
      int length = array.numElements();
      int _ = vector.startNewValue(count);
      for (int i = 0; i < length; i++) {
        elements.write(array, i);
      }
      vector.endValue(count, length);
    }

    @Override
    void appendNull() {
      vector.setNull(count);
    }

    @Override
    void finishOwn() {
      vector.setLastSet(count - 1);
      vector.setValueCount(count);
    }
  }

  /** Lists of one length, such as tensors, which other writers' tables have. */
  static final class FixedSizeLists extends NestedWriter {
    private final FixedSizeListVector vector;
    private final ValueWriter elements;

    FixedSizeLists(FixedSizeListVector vector, ValueWriter elements) {
      super(elements);
      this.vector = vector;
      this.elements = elements;
    }

    @Override
    void append(SpecializedGetters from, int at) {
      ArrayData array = from.getArray(at);
      if (array.numElements() != vector.getListSize()) {
        throw new IllegalArgumentException("Cannot write column " + vector.getName() + ": an array has "
            + array.numElements() + " elements, the table's have " + vector.getListSize()
            + "; give all of them that length");
      }
      vector.setNotNull(count);
      for (int i = 0; i < vector.getListSize(); i++) {
        elements.write(array, i);
      }
    }

    @Override
    void appendNull() {
      vector.setNull(count);
      for (int i = 0; i < vector.getListSize(); i++) {
        elements.writeNull();
      }
    }

    @Override
    void finishOwn() {
      vector.setValueCount(count);
    }
  }

  static final class Maps extends NestedWriter {
    private final ListVector vector;
    private final StructVector entries;
    private final ValueWriter keys;
    private final ValueWriter values;

    Maps(ListVector vector, ValueWriter keys, ValueWriter values) {
      super(keys, values);
      this.vector = vector;
      this.entries = (StructVector) vector.getDataVector();
      this.keys = keys;
      this.values = values;
    }

    @Override
    void append(SpecializedGetters from, int at) {
      MapData map = from.getMap(at);
      ArrayData keyArray = map.keyArray();
      ArrayData valueArray = map.valueArray();
      int _ = vector.startNewValue(count);
      for (int i = 0; i < map.numElements(); i++) {
        entries.setIndexDefined(keys.count);
        keys.write(keyArray, i);
        values.write(valueArray, i);
      }
      vector.endValue(count, map.numElements());
    }

    @Override
    void appendNull() {
      vector.setNull(count);
    }

    @Override
    void finishOwn() {
      entries.setValueCount(keys.count);
      vector.setLastSet(count - 1);
      vector.setValueCount(count);
    }
  }

  static final class Structs extends NestedWriter {
    private final StructVector vector;

    Structs(StructVector vector, ValueWriter... fields) {
      super(fields);
      this.vector = vector;
    }

    @Override
    void append(SpecializedGetters from, int at) {
      InternalRow struct = from.getStruct(at, children.size());
      vector.setIndexDefined(count);
      for (int i = 0; i < children.size(); i++) {
        children.get(i).write(struct, i);
      }
    }

    @Override
    void appendNull() {
      vector.setNull(count);
      children.forEach(ValueWriter::writeNull);
    }

    @Override
    void finishOwn() {
      vector.setValueCount(count);
    }
  }

  static final class Variants extends NestedWriter {
    private final StructVector vector;
    private final BytesWriter.Binaries values;
    private final BytesWriter.Binaries metadata;

    Variants(StructVector vector, BytesWriter.Binaries values, BytesWriter.Binaries metadata) {
      super(values, metadata);
      this.vector = vector;
      this.values = values;
      this.metadata = metadata;
    }

    @Override
    void append(SpecializedGetters from, int at) {
      VariantVal variant = from.getVariant(at);
      vector.setIndexDefined(count);
      values.writeBytes(variant.getValue());
      metadata.writeBytes(variant.getMetadata());
    }

    @Override
    void appendNull() {
      vector.setNull(count);
      children.forEach(ValueWriter::writeNull);
    }

    @Override
    void finishOwn() {
      vector.setValueCount(count);
    }
  }
}
