package io.packice.spark.write;

import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Text and bytes, of whatever length, one behind the other. */
abstract class BytesWriter extends ValueWriter {
  private final BaseVariableWidthVector vector;
  private int capacity;
  private long byteCapacity;
  private long validity;
  private long offsets;
  private long values;
  private int end;

  BytesWriter(BaseVariableWidthVector vector) {
    this.vector = vector;
  }

  /** Makes room for a value, and gives the address where to store it. */
  final long begin(int length) {
    reserve();
    Bits.set(validity, count);
    int start = end;
    end = Math.addExact(start, length);
    if (end > byteCapacity) {
      vector.reallocDataBuffer(Math.max(end, 2 * byteCapacity));
      byteCapacity = vector.getDataBuffer().capacity();
      values = vector.getDataBuffer().memoryAddress();
    }
    putEnd();
    return values + start;
  }

  @Override
  final void appendNull() {
    reserve();
    putEnd();
  }

  private void putEnd() {
    Platform.putInt(null, offsets + (count + 1L) * Integer.BYTES, end);
  }

  private void reserve() {
    if (count == capacity) {
      vector.reallocValidityAndOffsetBuffers();
      capacity = vector.getValueCapacity();
      validity = vector.getValidityBufferAddress();
      offsets = vector.getOffsetBufferAddress();
    }
  }

  @Override
  final long bytes() {
    return end + (long) count * Integer.BYTES;
  }

  @Override
  final long offsetBytes() {
    return end;
  }

  @Override
  final void finish() {
    vector.setLastSet(count - 1);
    vector.setValueCount(count);
  }

  @Override
  final void reset() {
    super.reset();
    end = 0;
  }

  static final class Texts extends BytesWriter {
    Texts(BaseVariableWidthVector vector) {
      super(vector);
    }

    @Override
    void append(SpecializedGetters from, int at) {
      UTF8String text = from.getUTF8String(at);
      text.writeToMemory(null, begin(text.numBytes()));
    }
  }

  static final class Binaries extends BytesWriter {
    Binaries(BaseVariableWidthVector vector) {
      super(vector);
    }

    @Override
    void append(SpecializedGetters from, int at) {
      write(from.getBinary(at));
    }

    void write(byte[] bytes) {
      Platform.copyMemory(bytes, Platform.BYTE_ARRAY_OFFSET, null, begin(bytes.length), bytes.length);
    }

    /** A value of its own, which no row has. */
    void writeBytes(byte[] bytes) {
      write(bytes);
      count++;
    }
  }
}
