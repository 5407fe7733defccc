package io.packice.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Random;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The bytes that a benchmark writes or reads: of all lengths, and such that nobody could compress them. */
@State(Scope.Benchmark)
public class Payload {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int PAGE_BYTES = 4096;
  private static final long SEED = 42;

  /** How many; a multiple of 8. */
  @Param({"4096", "65536", "1048576", "16777216", "268435456"}) public int bytes;

  private byte[] value = new byte[0];
  private ByteBuffer direct = ByteBuffer.allocateDirect(0);
  private long sum;

  /** Makes them up. */
  @Setup
  public void make() {
    value = new byte[bytes];
    new Random(SEED).nextBytes(value);
    direct = Arena.ofAuto().allocate(bytes, PAGE_BYTES).asByteBuffer().put(value).flip();
    sum = bytes;
    LongBuffer longs = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).asLongBuffer();
    while (longs.hasRemaining()) {
      sum += longs.get();
    }
  }

  byte[] value() {
    return value;
  }

  /** The same, outside the heap: what the kernel takes without a copy on the way. */
  ByteBuffer direct() {
    return direct.duplicate();
  }

  MemorySegment segment() {
    return MemorySegment.ofArray(value);
  }

  /** Looks at every byte, with the same loop for everybody, and compares. */
  long check(MemorySegment read) {
    return Answer.mustBe(sum, sum(read));
  }

  /**
   * Of eight bytes at a time, which is as fast as memory. Only what is measured comes here: it is compiled for the kind of segment that it meets,
   * as in a program that reads one kind, and several kinds in one process make it up to twenty times as slow for small values.
   */
  private static long sum(MemorySegment segment) {
    int count = (int) (segment.byteSize() / Long.BYTES);
    long sum = segment.byteSize();
    for (int i = 0; i < count; i++) {
      sum += segment.get(LONG, (long) i * Long.BYTES);
    }
    return sum;
  }
}
