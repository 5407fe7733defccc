package io.packice.arrow;

import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table's next version, for {@link TableDescription#withColumns}.
 *
 * @param field its name, type and metadata, as vectors have it
 * @param source the name of the column that it was so far; null for a new one, whose values are null in the parts that there are
 */
public record TableColumn(Field field, @Nullable String source) {
}
