package io.packice.arrow.parquet;

import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.schema.PrimitiveType;

/**
 * A column, or a part of one, as Parquet has it and as Arrow shall. Parquet has leaf columns only, whose entries have two levels each; what lies
 * above them is told by these.
 *
 * <p>An entry has a slot in a node's vector if its definition level reaches {@link #slotDefinition} and, unless it begins the slot, its repetition
 * level does not pass {@link #slotRepetition}.
 */
sealed interface ColumnNode {
  Field field();

  /** The definition level of an element of the innermost list around this; 0 if there is none. */
  int slotDefinition();

  /** How many lists are around this. */
  int slotRepetition();

  /** The definition level from which on this is not null. */
  int definition();

  /** The leaf columns in this, in the order of the file. */
  Stream<Leaf> leaves();

  /**
   * A column of values.
   *
   * @param index its place among the leaf columns of the file
   */
  record Leaf(Field field, int slotDefinition, int slotRepetition, int definition, int index,
      PrimitiveType type) implements ColumnNode {
    @Override
    public Stream<Leaf> leaves() {
      return Stream.of(this);
    }
  }

  /** Columns side by side. */
  record Struct(Field field, int slotDefinition, int slotRepetition, int definition,
      List<ColumnNode> children) implements ColumnNode {
    @Override
    public Stream<Leaf> leaves() {
      return children.stream().flatMap(ColumnNode::leaves);
    }
  }

  /** A list, a list of fixed size or, with a struct of two as its element, a map. */
  record Listing(Field field, int slotDefinition, int slotRepetition, int definition,
      ColumnNode element) implements ColumnNode {
    @Override
    public Stream<Leaf> leaves() {
      return element.leaves();
    }

    int elementDefinition() {
      return element.slotDefinition();
    }

    int elementRepetition() {
      return element.slotRepetition();
    }
  }
}
