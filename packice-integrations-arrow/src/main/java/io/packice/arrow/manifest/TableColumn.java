package io.packice.arrow.manifest;

import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table's next version, for {@link TableDescription#withColumns}.
 *
 * @param field its name, type and metadata, as vectors have it
 * @param source the name of the column that it was so far; null for a new one
 * @param fill what a new column is in the parts that there are; null for nulls. A {@link Boolean}, {@link String} or {@link Number}, as the column's
 *     values are: dates, times, timestamps, durations and months as integers in the unit of the type, decimals as {@link java.math.BigDecimal}
 */
public record TableColumn(Field field, @Nullable String source, @Nullable Object fill) {
  /**
   * A column that was there, or a new one that is null in the parts that there are.
   *
   * @param field its name, type and metadata
   * @param source the name of the column that it was so far; null for a new one
   */
  public TableColumn(Field field, @Nullable String source) {
    this(field, source, null);
  }
}
