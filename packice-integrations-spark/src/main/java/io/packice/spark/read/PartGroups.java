package io.packice.spark.read;

import io.packice.arrow.manifest.PartitionField;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.partition.PartitionFunction;
import io.packice.spark.partition.PartitionKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.VarcharType;
import org.jspecify.annotations.Nullable;

/**
 * What is selected of a table, in groups of which each has the same values in some columns.
 *
 * @param columns these columns, in the order that was asked for
 * @param members by the values, as Spark has them inside; without columns one group, which may be empty
 */
record PartGroups(StructType columns, Map<List<@Nullable Object>, Selection> members) {

  /** Null if a column may have several values in a part: the table must be partitioned by each as it is. */
  static @Nullable PartGroups of(TableDescription table, StructType schema, Selection selection, Expression[] by) {
    if (by.length == 0) {
      return new PartGroups(new StructType(), Map.of(List.of(), selection));
    }
    PartitionKey key = PartitionKey.ifKnown(table, schema);
    if (key == null) {
      return null;
    }
    StructType columns = new StructType();
    int[] places = new int[by.length];
    for (int i = 0; i < by.length; i++) {
      places[i] = by[i] instanceof NamedReference reference ? place(table, reference.fieldNames()) : -1;
      if (places[i] < 0) {
        return null;
      }
      StructField column = schema.apply(table.partitioning().get(places[i]).column());
      if (column.dataType() instanceof CharType || column.dataType() instanceof VarcharType) {
        return null; // which Spark has as plain text in plans
      }
      columns = columns.add(column);
    }
    return new PartGroups(columns, members(key, selection, columns, places));
  }

  /** Of a column among those that the table is partitioned by; -1 if it is none. */
  private static int place(TableDescription table, String... name) {
    List<PartitionField> fields = table.partitioning();
    for (int i = 0; i < fields.size(); i++) {
      if (name.length == 1 && fields.get(i).column().equals(name[0])
          && PartitionFunction.Kind.of(fields.get(i).transform()) == PartitionFunction.Kind.IDENTITY) {
        return i;
      }
    }
    return -1;
  }

  private static Map<List<@Nullable Object>, Selection> members(PartitionKey key, Selection selection,
      StructType columns, int... places) {
    Map<List<@Nullable Object>, List<Selection.Pick>> members = new LinkedHashMap<>();
    for (Selection.Pick pick : selection.picks()) {
      InternalRow partition = key.row(pick.part());
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < places.length; i++) {
        values.add(partition.get(places[i], columns.fields()[i].dataType()));
      }
      members.computeIfAbsent(values, _ -> new ArrayList<>()).add(pick);
    }
    Map<List<@Nullable Object>, Selection> selections = new LinkedHashMap<>();
    members.forEach((values, picks) -> selections.put(values, new Selection(picks)));
    return selections;
  }
}
