package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class Crc32cCombineTest {
  private static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  @Test
  void theChecksumOfTwoPartsIsThatOfTheWhole() {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = new byte[random.nextInt(1 << 16)];
      random.nextBytes(bytes);
      int cut = random.nextInt(bytes.length + 1);
      assertThat(Crc32cCombine.combine(crc(bytes, 0, cut), crc(bytes, cut, bytes.length), bytes.length - cut))
          .as("seed=%d, %d bytes cut at %d", seed, bytes.length, cut).isEqualTo(crc(bytes, 0, bytes.length));
    }
  }

  @Test
  void aPartMayBeLongerThanAnInteger() {
    long zeros = 5L << 30;
    int first = crc(new byte[] {1, 2, 3}, 0, 3);
    int step = Crc32cCombine.combine(0, crc(new byte[1 << 20], 0, 1 << 20), 1 << 20);
    int all = 0;
    for (long done = 0; done < zeros; done += 1 << 20) {
      all = Crc32cCombine.combine(all, step, 1 << 20);
    }
    int oneByOne = first;
    for (long done = 0; done < zeros; done += 1 << 20) {
      oneByOne = Crc32cCombine.combine(oneByOne, step, 1 << 20);
    }
    assertThat(Crc32cCombine.combine(first, all, zeros)).isEqualTo(oneByOne);
  }
}
