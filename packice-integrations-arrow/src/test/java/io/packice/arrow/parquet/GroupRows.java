package io.packice.arrow.parquet;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.PlainReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** The same files by parquet-java's own row objects: slower, and by other code than ours. */
final class GroupRows {
  private GroupRows() {
  }

  static void forEach(Path file, Consumer<Group> consumer) throws IOException {
    try (ParquetFileReader reader =
        new ParquetFileReader(new LocalInputFile(file), PlainReadOptions.with(new Codecs()))) {
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
      for (PageReadStore pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
        RecordReader<Group> rows = columns.getRecordReader(pages, new GroupRecordConverter(schema));
        for (long i = 0; i < pages.getRowCount(); i++) {
          consumer.accept(rows.read());
        }
      }
    }
  }

  /** In the form of {@link ParquetFiles#rows}. */
  static List<List<Object>> rows(Path file) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    forEach(file, group -> rows.add(fields(group)));
    return rows;
  }

  private static List<Object> fields(Group group) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < group.getType().getFieldCount(); i++) {
      Type type = group.getType().getType(i);
      if (type.isRepetition(Type.Repetition.REPEATED)) {
        values.add(repeated(group, i, false));
      } else {
        values.add(group.getFieldRepetitionCount(i) == 0 ? null : value(group, i, 0));
      }
    }
    return values;
  }

  private static List<Object> repeated(Group group, int field, boolean unwrap) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < group.getFieldRepetitionCount(field); i++) {
      Object value = value(group, field, i);
      values.add(unwrap ? ((List<?>) value).getFirst() : value);
    }
    return values;
  }

  private static Object value(Group group, int field, int index) {
    Type type = group.getType().getType(field);
    if (type instanceof PrimitiveType primitive) {
      return primitive(group, field, index, primitive);
    }
    Group inner = group.getGroup(field, index);
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof ListLogicalTypeAnnotation) {
      Type element = inner.getType().getType(0);
      boolean three = !element.isPrimitive() && element.asGroupType().getFieldCount() == 1
          && !element.getName().equals("array") && !element.getName().equals(type.getName() + "_tuple");
      return repeated(inner, 0, three);
    }
    if (logical instanceof MapLogicalTypeAnnotation || logical instanceof MapKeyValueTypeAnnotation) {
      GroupType entry = inner.getType().getType(0).asGroupType();
      return repeated(inner, 0, entry.getFieldCount() == 1);
    }
    return fields(inner);
  }

  private static Object primitive(Group group, int field, int index, PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      BigInteger unscaled = switch (type.getPrimitiveTypeName()) {
        case INT32 -> BigInteger.valueOf(group.getInteger(field, index));
        case INT64 -> BigInteger.valueOf(group.getLong(field, index));
        default -> new BigInteger(group.getBinary(field, index).getBytes());
      };
      return new BigDecimal(unscaled, decimal.getScale()).toPlainString();
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> group.getBoolean(field, index);
      case INT32 -> group.getInteger(field, index);
      case INT64 -> group.getLong(field, index);
      case FLOAT -> group.getFloat(field, index);
      case DOUBLE -> group.getDouble(field, index);
      case INT96 -> micros(group.getInt96(field, index));
      case BINARY -> new String(group.getBinary(field, index).getBytes(), StandardCharsets.ISO_8859_1);
      case FIXED_LEN_BYTE_ARRAY -> HexFormat.of().formatHex(group.getBinary(field, index).getBytes());
    };
  }

  /** Spark's arithmetic, overflow included. */
  private static long micros(Binary int96) {
    NanoTime time = NanoTime.fromBinary(Binary.fromConstantByteBuffer(
        int96.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN)));
    return (time.getJulianDay() - 2_440_588L) * 86_400_000_000L + time.getTimeOfDayNanos() / 1000;
  }
}
