package io.packice.spark.types;

import java.util.List;
import org.apache.spark.sql.connector.expressions.FieldReference;
import org.apache.spark.sql.connector.expressions.NamedReference;
import scala.jdk.javaapi.CollectionConverters;

/** Columns as Spark's expressions name them. A name is taken as it is: Spark's own {@code Expressions.column} reads it as SQL. */
public final class References {
  private References() {
  }

  /**
   * A column of a table.
   *
   * @param name the column's, whatever characters it has
   * @return what names it in an expression
   */
  public static NamedReference column(String name) {
    return new FieldReference(CollectionConverters.asScala(List.of(name)).toSeq());
  }
}
