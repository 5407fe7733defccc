package io.packice.djl;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** Grey pictures as colours that are equal, each sample as it is stored: what Java 2D would make of them is brighter. */
final class GreyPicture {
  private final ColorModel model;
  private final Raster raster;

  private GreyPicture(BufferedImage picture) {
    this.model = picture.getColorModel();
    this.raster = picture.getRaster();
  }

  /** Of 8 bits; with its alpha, or without. */
  static BufferedImage inColours(BufferedImage picture, boolean withAlpha) {
    if (picture.isAlphaPremultiplied()) {
      picture.coerceData(false);
    }
    boolean alpha = withAlpha && picture.getColorModel().hasAlpha();
    BufferedImage target = new BufferedImage(picture.getWidth(), picture.getHeight(),
        alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    GreyPicture grey = new GreyPicture(picture);
    int[] colours = new int[picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      int[] samples = grey.band(0, y);
      int[] opacity = alpha ? grey.band(1, y) : samples;
      for (int x = 0; x < colours.length; x++) {
        colours[x] = opacity[x] << 24 | samples[x] * 0x01_0101;
      }
      target.setRGB(0, y, colours.length, 1, colours, 0, colours.length);
    }
    return target;
  }

  /** The samples of a line, from 0 to 255. */
  private int[] band(int band, int y) {
    int width = raster.getWidth();
    int[] samples = new int[width];
    if (isUnsigned()) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, samples);
      int largest = (1 << model.getComponentSize(band)) - 1;
      for (int x = 0; x < width && largest != 0xff; x++) {
        samples[x] = (samples[x] * 0xff + largest / 2) / largest;
      }
      return samples;
    }
    float[] components = new float[model.getNumComponents()];
    for (int x = 0; x < width; x++) {
      Object element = raster.getDataElements(raster.getMinX() + x, raster.getMinY() + y, null);
      float sample = model.getNormalizedComponents(element, components, 0)[band];
      samples[x] = Math.round(Math.clamp(sample, 0f, 1f) * 0xff);
    }
    return samples;
  }

  /** Whether samples are numbers from 0 on, as nearly always; TIFF has others. */
  private boolean isUnsigned() {
    return raster.getTransferType() == DataBuffer.TYPE_BYTE || raster.getTransferType() == DataBuffer.TYPE_USHORT;
  }
}
