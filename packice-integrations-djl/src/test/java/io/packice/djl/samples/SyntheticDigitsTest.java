package io.packice.djl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticDigitsTest {
  @Test
  void theSameSeedGivesTheSameBytesOnEveryMachine(@TempDir Path folder) throws IOException {
    Path images = folder.resolve("images");
    SyntheticDigits.generate(42, 100).writeImages(images);
    CRC32C checksum = new CRC32C();
    checksum.update(Files.readAllBytes(images));
    assertThat(checksum.getValue()).isEqualTo(1024275024L);
  }

  @Test
  void moreDigitsBeginLikeFewer() {
    assertThat(SyntheticDigits.generate(1, 50).image(9)).isEqualTo(SyntheticDigits.generate(1, 10).image(9));
    assertThat(SyntheticDigits.generate(2, 10).image(9)).isNotEqualTo(SyntheticDigits.generate(1, 10).image(9));
  }

  @Test
  void everyDigitIsAboutAsFrequent() {
    SyntheticDigits digits = SyntheticDigits.generate(3, 5_000);
    for (int digit = 0; digit < 10; digit++) {
      int wanted = digit;
      assertThat(IntStream.range(0, digits.count()).filter(i -> digits.label(i) == wanted).count()).isBetween(400L,
          600L);
    }
  }

  @Test
  void everyPictureHasInkAndHardlyAnyIsCutOff() {
    SyntheticDigits digits = SyntheticDigits.generate(4, 1_000);
    int side = SyntheticDigits.SIDE;
    int cut = 0;
    for (int i = 0; i < digits.count(); i++) {
      ByteBuffer image = digits.image(i);
      int[] dark =
          IntStream.range(0, side * side).filter(pixel -> Byte.toUnsignedInt(image.get(pixel)) > 128).toArray();
      assertThat(dark.length).as("dark pixels of picture %d, a %d", i, digits.label(i)).isBetween(8, 300);
      if (IntStream.of(dark).anyMatch(pixel -> pixel % side % (side - 1) == 0 || pixel / side % (side - 1) == 0)) {
        cut++;
      }
    }
    assertThat(cut).as("pictures that touch the edge").isLessThan(10);
  }

  @Test
  void filesAreIdx(@TempDir Path folder) throws IOException {
    SyntheticDigits digits = SyntheticDigits.generate(5, 3);
    digits.writeImages(folder.resolve("images"));
    digits.writeLabels(folder.resolve("labels"));
    ByteBuffer images = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("images")));
    assertThat(new int[] {images.getInt(), images.getInt(), images.getInt(), images.getInt()})
        .containsExactly(0x803, 3, 28, 28);
    assertThat(images.slice(images.position() + 784, 784)).isEqualTo(digits.image(1));
    ByteBuffer labels = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("labels")));
    assertThat(new int[] {labels.getInt(), labels.getInt()}).containsExactly(0x801, 3);
    assertThat(labels.slice()).isEqualTo(
        ByteBuffer.wrap(new byte[] {(byte) digits.label(0), (byte) digits.label(1), (byte) digits.label(2)}));
  }
}
