package io.packice.spark.read;

import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Columns that every table has beside its own: where a row is. A table's own column of the same name hides them. */
public final class MetadataColumns {
  /** The object that the row's part is. */
  static final String PART = "_part";
  /** The row's number in this version of the table. */
  static final String ROW = "_row";

  private MetadataColumns() {
  }

  private record Column(String name, DataType dataType, String comment) implements MetadataColumn {
    @Override
    public boolean isNullable() {
      return false;
    }
  }

  static boolean isOne(String name) {
    return name.equals(PART) || name.equals(ROW);
  }

  /**
   * All of them.
   *
   * @return a new array
   */
  public static MetadataColumn[] all() {
    return new MetadataColumn[] {
        new Column(PART, DataTypes.StringType, "the object that the row's part is"),
        new Column(ROW, DataTypes.LongType, "the row's number in this version of the table, from 0")};
  }
}
