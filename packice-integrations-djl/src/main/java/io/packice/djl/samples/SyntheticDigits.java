package io.packice.djl.samples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Handwriting that nobody wrote: pictures of the digits 0 to 9 in random order, each with its own position, size, slant, stroke width,
 * tremble and noise. The same seed and count give the same bytes on every machine.
 *
 * <p>A picture is {@value #SIDE} by {@value #SIDE} unsigned bytes, row by row, 0 the paper and 255 the darkest ink. That is the form of
 * MNIST, in whose file format (IDX) the digits are written, so that the ordinary importer brings them in.
 *
 * <p>Safe from any thread.
 */
public final class SyntheticDigits {
  /** Width and height of a picture in pixels. */
  public static final int SIDE = 28;

  private static final int IMAGE_BYTES = SIDE * SIDE;
  private static final int CLASSES = 10;

  /** An IDX file starts with two zero bytes, 8 for unsigned bytes, and the number of dimensions; then come the dimensions. */
  private static final int IDX_UNSIGNED_BYTES = 0x0800;

  private final byte[] images;
  private final byte[] labels;

  private SyntheticDigits(byte[] images, byte[] labels) {
    this.images = images;
    this.labels = labels;
  }

  /**
   * Writes digits by hand, so to speak; 24,000 of them take about a second.
   *
   * @param seed decides everything; give the digits to test with another seed than those to train with
   * @param count how many, from 0 to what fits 2 GiB
   * @return the digits
   * @throws ArithmeticException if they do not fit
   */
  public static SyntheticDigits generate(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] images = new byte[Math.multiplyExact(count, IMAGE_BYTES)];
    byte[] labels = new byte[count];
    Canvas canvas = new Canvas(SIDE);
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(CLASSES);
      new Pen(random.split(), SIDE).write(labels[i], canvas, images, i * IMAGE_BYTES);
    }
    return new SyntheticDigits(images, labels);
  }

  /**
   * How many digits there are.
   *
   * @return the count that was asked for
   */
  public int count() {
    return labels.length;
  }

  /**
   * Which digit a picture shows.
   *
   * @param index which picture, from 0
   * @return 0 to 9
   */
  public int label(int index) {
    return labels[index];
  }

  /**
   * One picture.
   *
   * @param index which, from 0
   * @return its pixels, row by row, in a read-only buffer
   */
  public ByteBuffer image(int index) {
    return ByteBuffer.wrap(images).asReadOnlyBuffer().slice(index * IMAGE_BYTES, IMAGE_BYTES);
  }

  /**
   * Writes the pictures as an IDX file of three dimensions.
   *
   * @param file where; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void writeImages(Path file) throws IOException {
    writeIdx(file, images, count(), SIDE, SIDE);
  }

  /**
   * Writes the labels as an IDX file of one dimension.
   *
   * @param file where; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void writeLabels(Path file) throws IOException {
    writeIdx(file, labels, count());
  }

  private static void writeIdx(Path file, byte[] values, int... dimensions) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(Integer.BYTES * (1 + dimensions.length));
    header.putInt(IDX_UNSIGNED_BYTES | dimensions.length);
    for (int dimension : dimensions) {
      header.putInt(dimension);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.array());
      out.write(values);
    }
  }
}
