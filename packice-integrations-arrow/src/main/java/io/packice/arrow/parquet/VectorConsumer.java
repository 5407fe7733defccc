package io.packice.arrow.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.parquet.io.api.RecordConsumer;

/** Tells a record consumer what is in one row of a vector, which is not null there. */
@FunctionalInterface
interface VectorConsumer {
  void write(RecordConsumer to, int row);

  /** A value under a name; nothing if it is null. */
  record Named(String column, String name, int index, FieldVector vector, VectorConsumer values) {
    static Named of(String column, String name, int index, FieldVector vector) {
      return new Named(column, name, index, vector, VectorConsumer.of(column, vector));
    }

    void write(RecordConsumer to, int row) {
      if (!vector.isNull(row)) {
        to.startField(name, index);
        values.write(to, row);
        to.endField(name, index);
      } else if (!vector.getField().isNullable()) {
        throw new DamageException("column " + column + " has a null, and is said to have none");
      }
    }
  }

  /**
   * The consumer of a vector.
   *
   * @param column the name of the column that it is in, for messages
   */
  static VectorConsumer of(String column, FieldVector vector) {
    return switch (vector) {
      case ExtensionTypeVector<?> extension when extension.getUnderlyingVector() instanceof FieldVector storage ->
          of(column, storage);
      case StructVector struct -> struct(column, struct);
      case MapVector map -> map(column, map);
      case ListVector list -> {
        Named element = Named.of(column, SchemaWriter.ELEMENT, 0, list.getDataVector());
        yield (to, row) -> list(to, element, list.getElementStartIndex(row), list.getElementEndIndex(row));
      }
      case LargeListVector list -> {
        Named element = Named.of(column, SchemaWriter.ELEMENT, 0, list.getDataVector());
        yield (to, row) -> list(to, element, (int) list.getElementStartIndex(row), (int) list.getElementEndIndex(row));
      }
      case FixedSizeListVector list -> {
        Named element = Named.of(column, SchemaWriter.ELEMENT, 0, list.getDataVector());
        yield (to, row) -> list(to, element, row * list.getListSize(), (row + 1) * list.getListSize());
      }
      default -> LeafConsumers.of(column, vector);
    };
  }

  private static VectorConsumer struct(String column, StructVector struct) {
    List<Named> children = new ArrayList<>();
    for (FieldVector child : struct.getChildrenFromFields()) {
      children.add(Named.of(column, child.getName(), children.size(), child));
    }
    return (to, row) -> {
      to.startGroup();
      for (Named child : children) {
        child.write(to, row);
      }
      to.endGroup();
    };
  }

  private static VectorConsumer map(String column, MapVector map) {
    StructVector entries = (StructVector) map.getDataVector();
    Named key = Named.of(column, "key", 0, entries.getChildrenFromFields().get(0));
    Named value = Named.of(column, "value", 1, entries.getChildrenFromFields().get(1));
    return (to, row) -> {
      to.startGroup();
      int end = map.getElementEndIndex(row);
      int start = map.getElementStartIndex(row);
      if (start < end) {
        to.startField(SchemaWriter.KEY_VALUE, 0);
        for (int i = start; i < end; i++) {
          to.startGroup();
          key.write(to, i);
          value.write(to, i);
          to.endGroup();
        }
        to.endField(SchemaWriter.KEY_VALUE, 0);
      }
      to.endGroup();
    };
  }

  private static void list(RecordConsumer to, Named element, int start, int end) {
    to.startGroup();
    if (start < end) {
      to.startField(SchemaWriter.LIST, 0);
      for (int i = start; i < end; i++) {
        to.startGroup();
        element.write(to, i);
        to.endGroup();
      }
      to.endField(SchemaWriter.LIST, 0);
    }
    to.endGroup();
  }
}
