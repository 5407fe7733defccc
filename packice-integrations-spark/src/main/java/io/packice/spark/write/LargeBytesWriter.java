package io.packice.spark.write;

import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** Text and bytes with offsets of 64 bits, which other writers' tables may have. */
final class LargeBytesWriter extends ValueWriter {
  private final BaseLargeVariableWidthVector vector;
  private long end;

  LargeBytesWriter(BaseLargeVariableWidthVector vector) {
    this.vector = vector;
  }

  @Override
  void append(SpecializedGetters from, int at) {
    byte[] bytes =
        vector instanceof LargeVarCharVector ? from.getUTF8String(at).getBytes() : from.getBinary(at);
    vector.setSafe(count, bytes);
    end += bytes.length;
  }

  @Override
  void appendNull() {
    vector.setNull(count);
  }

  @Override
  long bytes() {
    return end + (long) count * Long.BYTES;
  }

  @Override
  void finish() {
    vector.setValueCount(count);
  }

  @Override
  void reset() {
    super.reset();
    end = 0;
  }
}
