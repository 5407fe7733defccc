package io.packice.arrow.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GzipStreamTest {
  private static final long SEED = Long.getLong("packice.seed", 11);

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(String plain) throws IOException {
    return gzip(plain.getBytes(UTF_8));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** As a pipe gives it: some bytes at a time, and never any that are available. */
  private static InputStream trickling(byte[] bytes, int atOnce) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return super.read(target, offset, Math.min(length, atOnce));
      }

      @Override
      public int available() {
        return 0;
      }
    };
  }

  private static byte[] unzip(byte[] zipped, int atOnce) throws IOException {
    try (InputStream in = new GzipStream(trickling(zipped, atOnce), 512)) {
      return in.readAllBytes();
    }
  }

  private static String unzip(byte[]... parts) throws IOException {
    return new String(unzip(join(parts), Integer.MAX_VALUE), UTF_8);
  }

  @Test
  void itCanBeReadByteByByte() throws IOException {
    byte[] plain = {0, -1, 127, -128};
    try (InputStream in = new GzipStream(trickling(gzip(plain), 1), 512)) {
      for (byte each : plain) {
        assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(each));
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    InputStream first = OnceSource.of("pipe", new ByteArrayInputStream(plain)).open();
    assertThat(new int[] {first.read(), first.read(), first.read(), first.read(), first.read()}).containsExactly(0, 255,
        127, 128, -1);
  }

  @Test
  void membersBehindEachOtherAreOneText() throws IOException {
    assertThat(unzip(gzip("one "), gzip(""), gzip("two"))).isEqualTo("one two");
    assertThat(unzip(gzip(""))).isEmpty();
  }

  @Test
  void paddingIsSkipped() throws IOException {
    assertThat(unzip(gzip("one "), new byte[512], gzip("two"), new byte[1])).isEqualTo("one two");
    assertThat(unzip(gzip("one"), new byte[10_000])).isEqualTo("one");
  }

  @Test
  void anythingElseThatFollowsIsAnError() throws IOException {
    byte[] second = gzip("two");
    byte[] firstByte = second.clone();
    firstByte[0] = 0x1E;
    byte[] method = second.clone();
    method[2] = 9;
    byte[] flags = second.clone();
    flags[3] = (byte) 0x80;
    for (byte[] bad : new byte[][] {firstByte, method, flags, "text".getBytes(UTF_8), {0, 0, 7}}) {
      assertThatThrownBy(() -> unzip(gzip("one"), bad)).isInstanceOf(ZipException.class);
    }
  }

  @Test
  void aMemberThatIsCutAnywhereIsAnError() throws IOException {
    byte[] second = gzip("the second");
    for (int length = 1; length < second.length; length++) {
      byte[] cut = Arrays.copyOf(second, length);
      assertThatThrownBy(() -> unzip(gzip("one"), cut)).as("%d bytes", length).isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> unzip(cut)).as("%d bytes", length).isInstanceOf(EOFException.class);
    }
    assertThatThrownBy(() -> unzip(new byte[0])).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -4, -5, -8})
  void whatIsNotWhatItsTrailerSaysIsAnError(int fromEnd) throws IOException {
    byte[] bad = gzip("one");
    bad[bad.length + fromEnd]++;
    assertThatThrownBy(() -> unzip(bad, gzip("two"))).isInstanceOf(ZipException.class)
        .hasMessageContaining("checksum and length");
  }

  /** With an extra field, a name, a comment and a checksum, as no writer of Java makes it. */
  private static byte[] withLongHeader(byte[] member, boolean sound) {
    byte[] start = join(Arrays.copyOf(member, 3), new byte[] {2 + 4 + 8 + 16}, Arrays.copyOfRange(member, 4, 10),
        new byte[] {3, 0, 1, 2, 3}, "name\0comment\0".getBytes(UTF_8));
    CRC32 checksum = new CRC32();
    checksum.update(start);
    int value = (int) checksum.getValue() + (sound ? 0 : 1);
    return join(start, new byte[] {(byte) value, (byte) (value >> 8)}, Arrays.copyOfRange(member, 10, member.length));
  }

  @Test
  void headersMayHaveAllThatTheFormatHas() throws IOException {
    assertThat(unzip(withLongHeader(gzip("one "), true), withLongHeader(gzip("two"), true))).isEqualTo("one two");
    assertThatThrownBy(() -> unzip(withLongHeader(gzip("one"), false))).isInstanceOf(ZipException.class);
  }

  @Test
  void anyMembersComeOutHoweverTheyComeInAndDamageIsSeen() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      byte[] plain = {};
      byte[] zipped = {};
      for (int members = 1 + random.nextInt(4); members > 0; members--) {
        byte[] part = new byte[random.nextInt(3_000)];
        if (random.nextBoolean()) {
          random.nextBytes(part);
        }
        plain = join(plain, part);
        zipped = join(zipped, gzip(part), new byte[random.nextInt(3) == 0 ? random.nextInt(600) : 0]);
      }
      int atOnce = 1 + random.nextInt(700);
      assertThat(unzip(zipped, atOnce)).as("seed=%d round=%d", SEED, i).isEqualTo(plain);
      byte[] bad = zipped.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      byte[] expected = plain;
      Throwable damage = catchThrowable(() -> assertThat(unzip(bad, atOnce)).isEqualTo(expected)); // a time may be another
      assertThat(damage).as("seed=%d round=%d", SEED, i)
          .satisfiesAnyOf(none -> assertThat(none).isNull(), e -> assertThat(e).isInstanceOf(IOException.class));
    }
  }
}
