package io.packice.arrow.parquet;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Writes the values of a leaf of fixed width into the data buffer of its vector, each converted to what Arrow has. */
final class LeafWriter {
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long MILLIS_OF_DAY = 86_400_000L;
  private static final long MICROS_OF_DAY = 1000 * MILLIS_OF_DAY;
  private static final long NANOS_OF_MILLI = 1_000_000L;
  private static final long NANOS_OF_MICRO = 1000L;
  private static final int INT96_BYTES = 12;
  private static final int JULIAN_EPOCH = 2_440_588;
  private static final int INTERVAL_BYTES = 12;

  private final LeafReader from;
  private final PrimitiveTypeName physical;
  private final MemorySegment to;
  private final int[] slots;
  private final boolean dense;

  /**
   * @param to the buffer, zeroed if not all slots have a value
   * @param slots where each value goes
   * @param dense whether each goes where it comes from, so that slots need not be looked at
   */
  LeafWriter(LeafReader from, PrimitiveTypeName physical, MemorySegment to, int[] slots, boolean dense) {
    this.from = from;
    this.physical = physical;
    this.to = to;
    this.slots = slots;
    this.dense = dense;
  }

  private long slot(int index) {
    return dense ? index : slots[index];
  }

  private boolean physicalInts() {
    return physical == PrimitiveTypeName.INT32 || physical == PrimitiveTypeName.FLOAT
        || physical == PrimitiveTypeName.BOOLEAN;
  }

  void write(ArrowType type) throws IOException {
    switch (type) {
      case ArrowType.Bool _ -> bits();
      case ArrowType.Int i when i.getBitWidth() == Byte.SIZE -> bytes();
      case ArrowType.Int i when i.getBitWidth() == Short.SIZE -> shorts();
      case ArrowType.Decimal d -> decimals(d.getBitWidth() / Byte.SIZE);
      case ArrowType.Timestamp t when physical == PrimitiveTypeName.INT96 -> instants(t.getUnit());
      case ArrowType.Timestamp t when t.getUnit() == TimeUnit.SECOND -> longSeconds();
      case ArrowType.Time t when t.getUnit() == TimeUnit.SECOND -> intSeconds();
      case ArrowType.Date d when d.getUnit() == DateUnit.MILLISECOND -> daysAsMillis();
      case ArrowType.Interval i -> intervals(i);
      default -> {
        if (physicalInts()) {
          ints();
        } else if (physical == PrimitiveTypeName.INT64 || physical == PrimitiveTypeName.DOUBLE) {
          longs();
        } else {
          fixed();
        }
      }
    }
  }

  private void bits() {
    for (int i = 0; i < from.count(); i++) {
      if (from.ints()[i] != 0) {
        long slot = slot(i);
        long at = slot / Byte.SIZE;
        to.set(ValueLayout.JAVA_BYTE, at, (byte) (to.get(ValueLayout.JAVA_BYTE, at) | 1 << (slot % Byte.SIZE)));
      }
    }
  }

  private void bytes() {
    for (int i = 0; i < from.count(); i++) {
      to.set(ValueLayout.JAVA_BYTE, slot(i), (byte) from.ints()[i]);
    }
  }

  private void shorts() {
    for (int i = 0; i < from.count(); i++) {
      to.set(SHORT, slot(i) * Short.BYTES, (short) from.ints()[i]);
    }
  }

  private void ints() {
    if (dense) {
      MemorySegment.copy(from.ints(), 0, to, INT, 0, from.count());
      return;
    }
    for (int i = 0; i < from.count(); i++) {
      to.set(INT, slot(i) * Integer.BYTES, from.ints()[i]);
    }
  }

  private void longs() {
    if (dense) {
      MemorySegment.copy(from.longs(), 0, to, LONG, 0, from.count());
      return;
    }
    for (int i = 0; i < from.count(); i++) {
      to.set(LONG, slot(i) * Long.BYTES, from.longs()[i]);
    }
  }

  private void fixed() {
    int width = from.width();
    if (dense) {
      MemorySegment.copy(from.fixed(), 0, to, ValueLayout.JAVA_BYTE, 0, from.count() * width);
      return;
    }
    for (int i = 0; i < from.count(); i++) {
      MemorySegment.copy(from.fixed(), i * width, to, ValueLayout.JAVA_BYTE, slot(i) * width, width);
    }
  }

  private void longSeconds() {
    for (int i = 0; i < from.count(); i++) {
      to.set(LONG, slot(i) * Long.BYTES, Math.floorDiv(from.longs()[i], 1000));
    }
  }

  private void intSeconds() {
    for (int i = 0; i < from.count(); i++) {
      to.set(INT, slot(i) * Integer.BYTES, Math.floorDiv(from.ints()[i], 1000));
    }
  }

  private void daysAsMillis() {
    for (int i = 0; i < from.count(); i++) {
      to.set(LONG, slot(i) * Long.BYTES, from.ints()[i] * MILLIS_OF_DAY);
    }
  }

  /** INT96: nanoseconds of a day and a Julian day, which Spark, Hive and Impala wrote for instants. */
  private void instants(TimeUnit unit) {
    long nanosOfUnit = switch (unit) {
      case SECOND -> 1000 * NANOS_OF_MILLI;
      case MILLISECOND -> NANOS_OF_MILLI;
      case MICROSECOND -> NANOS_OF_MICRO;
      case NANOSECOND -> 1;
    };
    MemorySegment values = MemorySegment.ofArray(from.fixed());
    for (int i = 0; i < from.count(); i++) {
      long nanos = values.get(LONG, (long) i * INT96_BYTES);
      long day = (long) values.get(INT, (long) i * INT96_BYTES + Long.BYTES) - JULIAN_EPOCH;
      try {
        to.set(LONG, slot(i) * Long.BYTES, instant(day, nanos, nanosOfUnit));
      } catch (ArithmeticException _) {
        throw new DamageException("a timestamp is day " + day + " and " + nanos + " ns, which 64 bits of " + unit
            + " cannot hold");
      }
    }
  }

  private static long instant(long day, long nanos, long nanosOfUnit) {
    if (nanos < 0) { // no time of a day: Spark's sum of microseconds since the Julian epoch has passed 64 bits, and goes back the same way
      long micros = day * MICROS_OF_DAY + nanos / NANOS_OF_MICRO;
      return nanosOfUnit == 1
          ? Math.multiplyExact(micros, NANOS_OF_MICRO)
          : Math.floorDiv(micros, nanosOfUnit / NANOS_OF_MICRO);
    }
    return Math.addExact(Math.multiplyExact(day, MICROS_OF_DAY * NANOS_OF_MICRO / nanosOfUnit),
        Math.floorDiv(nanos, nanosOfUnit));
  }

  /** Months, days and milliseconds, 32 bits each. */
  private void intervals(ArrowType.Interval type) {
    MemorySegment values = MemorySegment.ofArray(from.fixed());
    for (int i = 0; i < from.count(); i++) {
      long at = (long) i * INTERVAL_BYTES;
      int months = values.get(INT, at);
      int days = values.get(INT, at + 4);
      int millis = values.get(INT, at + 8);
      switch (type.getUnit()) {
        case YEAR_MONTH -> to.set(INT, slot(i) * 4, months);
        case DAY_TIME -> {
          to.set(INT, slot(i) * 8, days);
          to.set(INT, slot(i) * 8 + 4, millis);
        }
        case MONTH_DAY_NANO -> {
          to.set(INT, slot(i) * 16, months);
          to.set(INT, slot(i) * 16 + 4, days);
          to.set(LONG, slot(i) * 16 + 8, Integer.toUnsignedLong(millis) * NANOS_OF_MILLI);
        }
      }
    }
  }

  // ---- Decimals: two's complement, in Parquet big-endian, in Arrow little-endian and of 16 or 32 bytes

  private void decimals(int width) {
    switch (physical) {
      case INT32 -> {
        for (int i = 0; i < from.count(); i++) {
          decimal(slot(i) * width, width, from.ints()[i]);
        }
      }
      case INT64 -> {
        for (int i = 0; i < from.count(); i++) {
          decimal(slot(i) * width, width, from.longs()[i]);
        }
      }
      case BINARY -> {
        VarBytes values = from.binary();
        for (int i = 0; i < from.count(); i++) {
          decimal(slot(i) * width, width, values.bytes(), values.start(i), values.length(i));
        }
      }
      default -> {
        for (int i = 0; i < from.count(); i++) {
          decimal(slot(i) * width, width, from.fixed(), i * from.width(), from.width());
        }
      }
    }
  }

  private void decimal(long at, int width, long value) {
    to.set(LONG, at, value);
    for (int i = Long.BYTES; i < width; i += Long.BYTES) {
      to.set(LONG, at + i, value >> 63);
    }
  }

  private void decimal(long at, int width, byte[] bytes, int start, int length) {
    byte sign = length > 0 && bytes[start] < 0 ? (byte) -1 : 0;
    for (int i = 0; i < width; i++) {
      to.set(ValueLayout.JAVA_BYTE, at + i, i < length ? bytes[start + length - 1 - i] : sign);
    }
    boolean fits = length <= width || bytes[start + length - width] < 0 == sign < 0;
    for (int i = 0; i < length - width; i++) {
      fits &= bytes[start + i] == sign;
    }
    if (!fits) {
      throw new DamageException("a decimal has " + length + " bytes, more than " + width);
    }
  }
}
