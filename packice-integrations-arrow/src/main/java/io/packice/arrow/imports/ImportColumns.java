package io.packice.arrow.imports;

import io.packice.arrow.TableBranch;
import io.packice.arrow.schema.EncodedSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a table comes from where: a file's batch, or the names of its folders. Immutable.
 *
 * @param schema the table's columns
 * @param sources for each column its place in a file's batch, or, negative, -1 less its place among the keys
 */
record ImportColumns(Schema schema, KeyColumns keys, List<Integer> sources) {
  /**
   * Brings together what files have and what their table wants.
   *
   * @param target the table that rows are appended to; null for a new one
   * @throws ImportException if they do not have the same columns
   */
  static ImportColumns of(Schema files, KeyColumns keys, @Nullable EncodedSchema target, String table,
      ImportSource source)
      throws ImportException {
    List<Field> fields = new ArrayList<>();
    List<Integer> sources = new ArrayList<>();
    List<String> names = keys.fields().stream().map(Field::getName).toList();
    for (int i = 0; i < files.getFields().size(); i++) {
      if (!names.contains(files.getFields().get(i).getName())) {
        fields.add(files.getFields().get(i));
        sources.add(i);
      }
    }
    for (int i = 0; i < names.size(); i++) {
      fields.add(keys.fields().get(i));
      sources.add(-1 - i);
    }
    ImportColumns own = new ImportColumns(new Schema(fields, files.getCustomMetadata()), keys, sources);
    return target == null ? own : own.inOrderOf(target.vectors(), table, source);
  }

  private ImportColumns inOrderOf(Schema wanted, String table, ImportSource source) throws ImportException {
    String problem = "Cannot append " + source.name() + " to table " + table + ": ";
    List<Integer> inOrder = new ArrayList<>();
    List<@Nullable String> left = new ArrayList<>(names(schema)); // of several columns of one name, each goes to its like by their order
    for (Field field : wanted.getFields()) {
      int at = left.indexOf(field.getName());
      if (at < 0) {
        throw new ImportException(problem + "it has no " + other(field.getName(), schema) + ", only " + names(schema)
            + "; give files of the table's columns");
      }
      left.set(at, null);
      Field own = schema.getFields().get(at);
      if (!isSame(own, field)) {
        throw new ImportException(problem + "its column " + field.getName() + " is " + own + ", the table's " + field
            + "; convert the file, or make another table");
      }
      inOrder.add(sources.get(at));
    }
    for (String name : left) {
      if (name != null) {
        throw new ImportException(problem + "the table has no " + other(name, wanted) + ", only " + names(wanted)
            + "; leave the column out");
      }
    }
    return new ImportColumns(wanted, keys, inOrder);
  }

  private static String other(String column, Schema has) {
    return (names(has).contains(column) ? "other " : "") + "column " + column;
  }

  private static List<String> names(Schema schema) {
    return schema.getFields().stream().map(Field::getName).toList();
  }

  /** Whether two fields have the same values; there may be nulls in one of them, and other metadata. */
  private static boolean isSame(Field a, Field b) {
    boolean same = a.getType().equals(b.getType()) && java.util.Objects.equals(a.getDictionary(), b.getDictionary())
        && a.getChildren().size() == b.getChildren().size();
    for (int i = 0; same && i < a.getChildren().size(); i++) {
      Field child = a.getChildren().get(i);
      same = child.getName().equals(b.getChildren().get(i).getName()) && isSame(child, b.getChildren().get(i));
    }
    return same;
  }

  /** Writes a file's batch, which stays the caller's. */
  void write(VectorSchemaRoot batch, int file, ImportSource from, TableBranch to, BufferAllocator allocator)
      throws ImportException {
    List<FieldVector> constants = new ArrayList<>();
    try {
      List<FieldVector> vectors = new ArrayList<>();
      for (int i = 0; i < sources.size(); i++) {
        int source = sources.get(i);
        if (source < 0) {
          constants.add(keys.vector(-1 - source, file, batch.getRowCount(), allocator));
          vectors.add(constants.getLast());
        } else {
          requireNulls(schema.getFields().get(i), batch.getVector(source), from);
          vectors.add(batch.getVector(source));
        }
      }
      to.write(new VectorSchemaRoot(schema, vectors, batch.getRowCount()));
    } finally {
      constants.forEach(FieldVector::close);
    }
  }

  private static void requireNulls(Field field, FieldVector vector, ImportSource from) throws ImportException {
    if (!field.isNullable() && vector.getField().isNullable() && vector.getNullCount() > 0) {
      throw new ImportException("Cannot import " + from.name() + ": its column " + field.getName() + " has "
          + vector.getNullCount() + " nulls, and the table's must have none; fill them, or make another table");
    }
    List<FieldVector> children = vector.getChildrenFromFields();
    for (int i = 0; i < children.size() && i < field.getChildren().size(); i++) {
      if (field.isNullable() && vector.getNullCount() > 0) {
        return; // below a null, anything may be
      }
      requireNulls(field.getChildren().get(i), children.get(i), from);
    }
  }
}
