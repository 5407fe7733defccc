package io.packice.djl;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row that is moved along. For one thread at a time. */
final class TableRow implements Row {
  private final OpenTable table;
  private final Map<String, VectorColumn> columns = new HashMap<>();
  private long index;

  TableRow(OpenTable table) {
    this.table = table;
  }

  TableRow at(long row) {
    index = row;
    return this;
  }

  private VectorColumn column(String name) {
    return columns.computeIfAbsent(name, table::vectors);
  }

  @Override
  public long index() {
    return index;
  }

  @Override
  public boolean isNull(String column) {
    return column(column).isNull(index);
  }

  @Override
  public long integer(String column) {
    return column(column).integer(index);
  }

  @Override
  public double real(String column) {
    return column(column).real(index);
  }

  @Override
  public @Nullable String text(String column) {
    return column(column).text(index);
  }

  /** Stands for a value: the same for equal values, in every process. */
  String key(String column) {
    return column(column).key(index);
  }

  @Override
  public @Nullable Object value(String column) {
    return column(column).value(index);
  }
}
