package io.packice.arrow.parquet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The files of other writers, and what is in a vector in a form that can be compared. */
final class ParquetFiles {
  private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();

  private ParquetFiles() {
  }

  /** The folder beside the project; without it, the test that asks is skipped. */
  static Path folder() {
    Path folder = Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("data").resolve("parquet");
    assumeTrue(Files.isDirectory(folder), "needs ../shared/data/parquet beside the project");
    return folder;
  }

  static List<Path> all() throws IOException {
    try (var files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** All rows; each a list of its values. */
  static List<List<Object>> rows(Path file, BufferAllocator allocator, ReadOptions options) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (ParquetReader reader = ParquetEngine.standard().open(file, allocator, options)) {
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        for (int i = 0; i < batch.getRowCount(); i++) {
          List<Object> row = new ArrayList<>();
          for (FieldVector vector : batch.getFieldVectors()) {
            row.add(value(vector, i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  static Object value(FieldVector vector, int row) {
    return value(vector, row, NONE);
  }

  /** What an index stands for, if it is one. */
  static Object value(FieldVector vector, int row, DictionaryProvider dictionaries) {
    if (vector.isNull(row)) {
      return null;
    }
    return switch (vector) {
      case BaseIntVector index when vector.getField().getDictionary() != null -> value(
          dictionaries.lookup(vector.getField().getDictionary().getId()).getVector(),
          (int) index.getValueAsLong(row), dictionaries);
      case LargeListVector list -> values(list.getDataVector(), (int) list.getElementStartIndex(row),
          (int) list.getElementEndIndex(row), dictionaries);
      case FixedSizeListVector list -> values(list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row), dictionaries);
      case ListVector list -> values(list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row), dictionaries);
      case StructVector struct -> {
        List<Object> values = new ArrayList<>();
        for (FieldVector child : struct.getChildrenFromFields()) {
          values.add(value(child, row, dictionaries));
        }
        yield values;
      }
      case TimeStampVector instants -> instants.get(row);
      case UInt4Vector unsigned -> unsigned.get(row);
      case FixedSizeBinaryVector fixed -> HexFormat.of().formatHex(fixed.get(row));
      case BaseFixedWidthVector fixed when fixed.getField().getType() instanceof ArrowType.Date
          || fixed.getField().getType() instanceof ArrowType.Time ->
          fixed.getTypeWidth() == Integer.BYTES
              ? (Object) fixed.getDataBuffer().getInt(row * 4L)
              : (Object) fixed.getDataBuffer().getLong(row * 8L);
      default -> switch (vector.getObject(row)) {
        case byte[] bytes -> new String(bytes, StandardCharsets.ISO_8859_1);
        case BigDecimal decimal -> decimal.toPlainString();
        case Boolean truth -> truth;
        case Number number -> number;
        case Object other -> new String(other.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      };
    };
  }

  private static List<Object> values(FieldVector vector, int from, int to, DictionaryProvider dictionaries) {
    List<Object> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add(value(vector, i, dictionaries));
    }
    return values;
  }
}
