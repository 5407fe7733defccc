package io.packice.arrow.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BulkStatisticsTest {
  private final Random random = new Random(42);

  private static MemorySegment memory(long... values) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, (long) values.length * Long.BYTES));
    for (int i = 0; i < values.length; i++) {
      memory.set(NativeMemory.LONG, (long) i * Long.BYTES, values[i]);
    }
    return memory;
  }

  private static double[] ofDoubles(double... values) {
    return BulkStatistics.extremes(memory(Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray()),
        values.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 255, 256, 257, 511, 512, 1000, 65_537})
  void areThoseOfAPlainLoop(int count) {
    long[] longs = random.longs(count).toArray();
    BulkStatistics.OfLongs all = BulkStatistics.ofLongs(memory(longs), count);
    assertThat(all.least()).isEqualTo(LongStream.of(longs).min().orElseThrow());
    assertThat(all.greatest()).isEqualTo(LongStream.of(longs).max().orElseThrow());
    BigInteger sum = LongStream.of(longs).mapToObj(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
    assertThat(BigInteger.valueOf(all.highHalves()).shiftLeft(Integer.SIZE).add(BigInteger.valueOf(all.lowHalves())))
        .isEqualTo(sum);
    double[] doubles = random.doubles(count, -1e300, 1e300).toArray();
    assertThat(ofDoubles(doubles)).containsExactly(DoubleStream.of(doubles).min().orElseThrow(),
        DoubleStream.of(doubles).max().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 255, 256, 999})
  void seeOneValueAmongMany(int place) {
    double[] doubles = new double[1000];
    doubles[place] = Double.NaN;
    assertThat(ofDoubles(doubles)).containsOnly(Double.NaN);
    doubles[place] = -0.0;
    assertThat(ofDoubles(doubles)).containsExactly(-0.0, 0.0);
    doubles[place] = Double.NEGATIVE_INFINITY;
    assertThat(ofDoubles(doubles)).containsExactly(Double.NEGATIVE_INFINITY, 0.0);
    long[] longs = new long[1000];
    longs[place] = Long.MIN_VALUE;
    assertThat(BulkStatistics.ofLongs(memory(longs), 1000))
        .extracting(BulkStatistics.OfLongs::least, BulkStatistics.OfLongs::greatest)
        .containsExactly(Long.MIN_VALUE, 0L);
  }
}
