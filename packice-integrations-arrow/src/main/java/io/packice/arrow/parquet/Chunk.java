package io.packice.arrow.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Where a column chunk lies, and what its pages hold.
 *
 * @param column the leaf column
 * @param start the file's first byte of its first page
 * @param end the byte behind its last page at the latest
 * @param valueCount how many entries all its pages have together, nulls included
 */
record Chunk(ColumnDescriptor column, CompressionCodecName codec, long start, long end, long valueCount) {
  int maxDefinition() {
    return column.getMaxDefinitionLevel();
  }

  int maxRepetition() {
    return column.getMaxRepetitionLevel();
  }

  PrimitiveTypeName type() {
    return column.getPrimitiveType().getPrimitiveTypeName();
  }

  /** Bytes of one value; 0 if that differs from value to value. */
  int width() {
    return switch (type()) {
      case INT32, FLOAT, BOOLEAN -> Integer.BYTES;
      case INT64, DOUBLE -> Long.BYTES;
      case INT96 -> 12;
      case FIXED_LEN_BYTE_ARRAY -> column.getPrimitiveType().getTypeLength();
      case BINARY -> 0;
    };
  }
}
