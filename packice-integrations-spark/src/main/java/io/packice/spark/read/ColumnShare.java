package io.packice.spark.read;

import io.packice.arrow.manifest.TableDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How much of a table's bytes some of its columns are: by the widths of their types, since parts do not say. */
final class ColumnShare {
  private static final int TEXT_BYTES = 20;
  private static final int VALUE_BYTES = 8;

  private ColumnShare() {
  }

  /** From 0 to 1. */
  static double of(TableDescription table, StructType columns) {
    double all = table.schema().getFields().stream().mapToDouble(ColumnShare::bytes).sum();
    return all == 0 ? 1 : bytes(table.schema().getFields(), columns) / all;
  }

  /** Of some fields those that are read. */
  private static double bytes(List<Field> fields, StructType read) {
    Map<String, DataType> types = new HashMap<>();
    for (StructField field : read.fields()) {
      types.put(field.name(), field.dataType());
    }
    double bytes = 0;
    for (Field field : fields) {
      DataType type = types.get(field.getName());
      bytes += type == null ? 0 : bytes(field, type);
    }
    return bytes;
  }

  /** Less than the whole field where it is a struct, or a list of such, of which Spark wants some fields only. */
  private static double bytes(Field field, DataType read) {
    if (field.getType() instanceof ArrowType.Struct && read instanceof StructType struct) {
      return bytes(field.getChildren(), struct);
    }
    if (field.getType() instanceof ArrowType.List && read instanceof ArrayType array) {
      return VALUE_BYTES + 2 * bytes(field.getChildren().getFirst(), array.elementType());
    }
    return bytes(field);
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
