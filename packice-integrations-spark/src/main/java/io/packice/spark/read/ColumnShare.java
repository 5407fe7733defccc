package io.packice.spark.read;

import io.packice.arrow.TableDescription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.StructType;

/** How much of a table's bytes some of its columns are: by the widths of their types, since parts do not say. */
final class ColumnShare {
  private static final int TEXT_BYTES = 20;
  private static final int VALUE_BYTES = 8;

  private ColumnShare() {
  }

  /** From 0 to 1. */
  static double of(TableDescription table, StructType columns) {
    Set<String> wanted = new HashSet<>(List.of(columns.fieldNames()));
    double all = 0;
    double read = 0;
    for (Field field : table.schema().getFields()) {
      double bytes = bytes(field);
      all += bytes;
      read += wanted.contains(field.getName()) ? bytes : 0;
    }
    return all == 0 ? 1 : read / all;
  }

  private static double bytes(Field field) {
    double children = field.getChildren().stream().mapToDouble(ColumnShare::bytes).sum();
    return switch (field.getType()) {
      case ArrowType.Int integer -> integer.getBitWidth() / (double) Byte.SIZE;
      case ArrowType.Bool _ -> 1.0 / Byte.SIZE;
      case ArrowType.Decimal decimal -> decimal.getBitWidth() / (double) Byte.SIZE;
      case ArrowType.FixedSizeBinary binary -> binary.getByteWidth();
      case ArrowType.FixedSizeList list -> list.getListSize() * children;
      case ArrowType.Utf8 _ -> TEXT_BYTES;
      case ArrowType.Binary _ -> TEXT_BYTES;
      case ArrowType.List _ -> VALUE_BYTES + 2 * children;
      case ArrowType.Map _ -> VALUE_BYTES + 2 * children;
      case ArrowType.Struct _ -> children;
      default -> VALUE_BYTES + children;
    };
  }
}
