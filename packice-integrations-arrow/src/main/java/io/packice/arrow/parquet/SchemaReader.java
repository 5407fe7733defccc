package io.packice.arrow.parquet;

import io.packice.arrow.schema.ColumnNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/** Makes columns of Parquet's schema. Lists and maps are found in all the forms that writers have given them. */
final class SchemaReader {
  private int leaves;

  private SchemaReader() {
  }

  /**
   * The columns of a file.
   *
   * @param hint the Arrow schema that the file was written from, by top-level name; empty if it says none
   */
  static List<ColumnNode> columns(MessageType schema, Map<String, Field> hint) {
    SchemaReader reader = new SchemaReader();
    List<ColumnNode> columns = new ArrayList<>();
    for (Type type : schema.getFields()) {
      columns.add(reader.node(type, 0, 0, 0, hint.get(type.getName())));
    }
    requireNames(columns, "it");
    return columns;
  }

  /** Chunks and vectors are found by their names. */
  private static void requireNames(List<ColumnNode> columns, String where) {
    ColumnNames.repeated(columns.stream().map(ColumnNode::field).toList()).ifPresent(name -> {
      throw new DamageException(where + " has several columns called " + name + "; rename them");
    });
  }

  /**
   * @param parent the definition level of what is around this
   * @param slotDefinition of the innermost list around this
   * @param slotRepetition how many lists are around this
   */
  private ColumnNode node(Type type, int parent, int slotDefinition, int slotRepetition, @Nullable Field hint) {
    if (type.isRepetition(Repetition.REPEATED)) { // a list without the annotation
      ColumnNode element = present(type, parent + 1, parent + 1, slotRepetition + 1, false, childHint(hint, 0));
      return listing(type.getName(), false, slotDefinition, slotRepetition, parent, element, hint);
    }
    boolean nullable = type.isRepetition(Repetition.OPTIONAL);
    return present(type, nullable ? parent + 1 : parent, slotDefinition, slotRepetition, nullable, hint);
  }

  /** A type whose own repetition is dealt with. */
  private ColumnNode present(Type type, int definition, int slotDefinition, int slotRepetition, boolean nullable,
      @Nullable Field hint) {
    if (type instanceof PrimitiveType primitive) {
      Field natural = field(type.getName(), nullable, LeafTypes.natural(primitive), LeafTypes.metadata(primitive),
          List.of());
      Field field = ArrowHint.leaf(natural, primitive, hint);
      return new ColumnNode.Leaf(field, slotDefinition, slotRepetition, definition, leaves++, primitive);
    }
    GroupType group = type.asGroupType();
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    Type repeated = onlyRepeatedChild(group);
    if (repeated != null && logical instanceof ListLogicalTypeAnnotation) {
      ColumnNode element = element(group, repeated, definition, slotRepetition, childHint(hint, 0));
      return listing(type.getName(), nullable, slotDefinition, slotRepetition, definition, element, hint);
    }
    if (repeated != null
        && (logical instanceof MapLogicalTypeAnnotation || logical instanceof MapKeyValueTypeAnnotation)) {
      return map(type, repeated, definition, slotDefinition, slotRepetition, nullable, hint);
    }
    return struct(group, definition, slotDefinition, slotRepetition, nullable, hint);
  }

  private static @Nullable Type onlyRepeatedChild(GroupType group) {
    return group.getFieldCount() == 1 && group.getType(0).isRepetition(Repetition.REPEATED) ? group.getType(0) : null;
  }

  /** The format's rules for telling a list of three levels from one of two. */
  private ColumnNode element(GroupType list, Type repeated, int parent, int slotRepetition, @Nullable Field hint) {
    ColumnNode element = unnamed(list, repeated, parent, slotRepetition, hint);
    return hint == null ? element : renamed(element, hint.getName(), element.field().isNullable());
  }

  private ColumnNode unnamed(GroupType list, Type repeated, int parent, int slotRepetition, @Nullable Field hint) {
    int definition = parent + 1;
    int repetition = slotRepetition + 1;
    if (!repeated.isPrimitive()) {
      GroupType group = repeated.asGroupType();
      boolean two = group.getFieldCount() != 1 || group.getType(0).isRepetition(Repetition.REPEATED)
          || group.getName().equals("array") || group.getName().equals(list.getName() + "_tuple");
      if (!two) {
        return node(group.getType(0), definition, definition, repetition, hint);
      }
    }
    return present(repeated, definition, definition, repetition, false, hint);
  }

  private ColumnNode map(Type type, Type repeated, int definition, int slotDefinition, int slotRepetition,
      boolean nullable, @Nullable Field hint) {
    if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 2) { // a set of keys
      ColumnNode element = element(type.asGroupType(), repeated, definition, slotRepetition, null);
      return listing(type.getName(), nullable, slotDefinition, slotRepetition, definition, element, null);
    }
    GroupType pair = repeated.asGroupType();
    Field entryHint = childHint(hint, 0);
    int inner = definition + 1;
    Field keyHint = childHint(entryHint, 0);
    Field valueHint = childHint(entryHint, 1);
    ColumnNode key = node(pair.getType(0), inner, inner, slotRepetition + 1, keyHint);
    key = renamed(key, keyHint == null ? key.field().getName() : keyHint.getName(), false);
    ColumnNode value = node(pair.getType(1), inner, inner, slotRepetition + 1, valueHint);
    value =
        renamed(value, valueHint == null ? value.field().getName() : valueHint.getName(), value.field().isNullable());
    requireNames(List.of(key, value), "column " + type.getName());
    Field entries = field(entryHint == null ? pair.getName() : entryHint.getName(), false, new ArrowType.Struct(),
        metadata(entryHint),
        List.of(key.field(), value.field()));
    ColumnNode element = new ColumnNode.Struct(entries, inner, slotRepetition + 1, inner, List.of(key, value));
    boolean sorted = hint != null && hint.getType() instanceof ArrowType.Map map && map.getKeysSorted();
    Field field = field(type.getName(), nullable, new ArrowType.Map(sorted), metadata(hint), List.of(entries));
    return new ColumnNode.Listing(field, slotDefinition, slotRepetition, definition, element);
  }

  /** Arrow calls an element what it likes, and its keys are never null; old writers did not say so of theirs. Should one be null, it is damage. */
  private static ColumnNode renamed(ColumnNode node, String name, boolean nullable) {
    Field old = node.field();
    Field field = field(name, nullable, old.getType(), old.getMetadata(), old.getChildren());
    return switch (node) {
      case ColumnNode.Leaf k -> new ColumnNode.Leaf(field, k.slotDefinition(), k.slotRepetition(), k.definition(),
          k.index(), k.type());
      case ColumnNode.Struct k -> new ColumnNode.Struct(field, k.slotDefinition(), k.slotRepetition(), k.definition(),
          k.children());
      case ColumnNode.Listing k -> new ColumnNode.Listing(field, k.slotDefinition(), k.slotRepetition(),
          k.definition(), k.element());
    };
  }

  private ColumnNode struct(GroupType group, int definition, int slotDefinition, int slotRepetition, boolean nullable,
      @Nullable Field hint) {
    List<ColumnNode> children = new ArrayList<>();
    for (int i = 0; i < group.getFieldCount(); i++) {
      children.add(node(group.getType(i), definition, slotDefinition, slotRepetition, childHint(hint, i)));
    }
    requireNames(children, "column " + group.getName());
    Field field = field(group.getName(), nullable, new ArrowType.Struct(), metadata(hint),
        children.stream().map(ColumnNode::field).toList());
    return new ColumnNode.Struct(field, slotDefinition, slotRepetition, definition, children);
  }

  private static ColumnNode listing(String name, boolean nullable, int slotDefinition, int slotRepetition,
      int definition, ColumnNode element, @Nullable Field hint) {
    Field field = field(name, nullable, ArrowHint.list(hint), metadata(hint), List.of(element.field()));
    return new ColumnNode.Listing(field, slotDefinition, slotRepetition, definition, element);
  }

  private static @Nullable Field childHint(@Nullable Field hint, int index) {
    return hint != null && index < hint.getChildren().size() ? hint.getChildren().get(index) : null;
  }

  private static Map<String, String> metadata(@Nullable Field hint) {
    return hint == null ? Map.of() : hint.getMetadata();
  }

  private static Field field(String name, boolean nullable, ArrowType type, Map<String, String> metadata,
      List<Field> children) {
    return new Field(name, new FieldType(nullable, type, null, metadata), children);
  }
}
