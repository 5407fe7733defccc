package io.packice.arrow.parquet;

import io.packice.arrow.schema.TypeCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * Puts right what parquet-java writes at the end of a file for intervals. Of these the format has only the older of its two annotations of types; parquet-java
 * writes UNKNOWN for the newer one, by which readers take every value for null, or refuse the file.
 */
final class FooterMend {
  private static final int MAGIC_BYTES = 4;
  private static final int TAIL_BYTES = Integer.BYTES + MAGIC_BYTES;

  private FooterMend() {
  }

  /** Whether files of a schema need it. */
  static boolean isNeeded(Schema schema) {
    return schema.getFields().stream().anyMatch(FooterMend::hasInterval);
  }

  private static boolean hasInterval(Field field) {
    return TypeCheck.storage(field.getType()) instanceof ArrowType.Interval
        || field.getChildren().stream().anyMatch(FooterMend::hasInterval);
  }

  /**
   * The end of a file as it should be.
   *
   * @param end the last bytes of a file, among them all of its metadata
   */
  static byte[] mend(byte[] end) throws IOException {
    int length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(end.length - TAIL_BYTES);
    int start = end.length - TAIL_BYTES - length;
    FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(end, start, length));
    for (SchemaElement element : Objects.requireNonNull(metadata.getSchema(), "every file has one")) {
      if (element.getConverted_type() == ConvertedType.INTERVAL) {
        element.unsetLogicalType();
      }
    }
    ByteArrayOutputStream mended = new ByteArrayOutputStream(end.length);
    mended.write(end, 0, start);
    Util.writeFileMetaData(metadata, mended);
    mended.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(mended.size() - start)
        .array());
    mended.write(end, end.length - MAGIC_BYTES, MAGIC_BYTES);
    return mended.toByteArray();
  }
}
