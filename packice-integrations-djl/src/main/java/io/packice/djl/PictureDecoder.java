package io.packice.djl;

import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes pictures by the JDK's Image I/O, which also takes what plug-ins on the class path add, into bytes of one size: height, width, channels.
 * Safe from any thread.
 */
record PictureDecoder(String column, int height, int width, int channels) {
  /** More is a damaged or hostile header rather than a picture to train with. */
  private static final long MAX_PIXELS = 1L << 28;

  /**
   * Decodes a picture, scaled (bilinear) if it has another size.
   *
   * @throws IllegalArgumentException if nobody can decode it
   */
  byte[] decode(byte[] encoded, long row) {
    BufferedImage picture;
    try {
      picture = read(encoded);
    } catch (IOException | RuntimeException damaged) { // readers meet damage with whatever exception comes
      throw new IllegalArgumentException("Cannot decode the picture in row " + row + " of column " + column + ": "
          + damaged.getMessage() + "; its " + encoded.length
          + " bytes are damaged, or of a format that needs a plug-in",
          damaged);
    }
    return pixels(drawn(picture));
  }

  private static BufferedImage read(byte[] encoded) throws IOException {
    try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new IOException("no format that Image I/O knows");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new IOException(pixels + " pixels, more than " + MAX_PIXELS);
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    }
  }

  /** In the size that is wanted. */
  private BufferedImage drawn(BufferedImage picture) {
    BufferedImage colours = inColours(picture);
    if (colours.getWidth() == width && colours.getHeight() == height) {
      return colours; // getRGB understands every type of colours
    }
    BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = target.createGraphics();
    try {
      graphics.setComposite(AlphaComposite.Src); // nothing is below it
      graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(colours, 0, 0, width, height, null);
    } finally {
      graphics.dispose();
    }
    return target;
  }

  /** What Java 2D does not change: for it, grey is linear, and would come back brighter. Without alpha where that is not wanted. */
  private BufferedImage inColours(BufferedImage picture) {
    if (picture.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      return GreyPicture.inColours(picture, channels == 4);
    }
    if (channels == 4 || !picture.getColorModel().hasAlpha()) {
      return picture;
    }
    BufferedImage opaque = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      opaque.setRGB(0, y, row.length, 1, picture.getRGB(0, y, row.length, 1, row, 0, row.length), 0, row.length);
    }
    return opaque;
  }

  private byte[] pixels(BufferedImage picture) {
    byte[] bytes = new byte[Math.multiplyExact(height * width, channels)];
    int[] colours = picture.getRGB(0, 0, width, height, null, 0, width);
    for (int i = 0; i < colours.length; i++) {
      put(bytes, i, colours[i]);
    }
    return bytes;
  }

  private void put(byte[] bytes, int pixel, int argb) {
    int red = argb >> 16 & 0xff;
    int green = argb >> 8 & 0xff;
    int blue = argb & 0xff;
    if (channels == 1) {
      bytes[pixel] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000); // as BT.601 weighs them
      return;
    }
    bytes[pixel * channels] = (byte) red;
    bytes[pixel * channels + 1] = (byte) green;
    bytes[pixel * channels + 2] = (byte) blue;
    if (channels == 4) {
      bytes[pixel * channels + 3] = (byte) (argb >>> 24);
    }
  }
}
