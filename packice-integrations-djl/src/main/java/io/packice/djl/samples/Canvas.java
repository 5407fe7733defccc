package io.packice.djl.samples;

import java.util.Arrays;

/**
 * A small grey picture that a round pen draws on. The darkness of a pixel follows from its distance to the nearest stroke, which gives
 * smooth edges, and the same bytes on every machine: no font, no graphics library.
 */
final class Canvas {
  private final int side;
  private final double[] ink;

  Canvas(int side) {
    this.side = side;
    this.ink = new double[side * side];
  }

  void clear() {
    Arrays.fill(ink, 0);
  }

  /** Draws a straight piece of a stroke, {@code width} pixels wide; the centre of pixel (0, 0) is at (0.5, 0.5). */
  void line(double x0, double y0, double x1, double y1, double width) {
    double reach = width / 2 + 0.5;
    double dx = x1 - x0;
    double dy = y1 - y0;
    double lengthSquared = Math.max(dx * dx + dy * dy, 1e-12);
    int top = first(Math.min(y0, y1) - reach);
    int bottom = last(Math.max(y0, y1) + reach);
    int left = first(Math.min(x0, x1) - reach);
    int right = last(Math.max(x0, x1) + reach);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double px = x + 0.5 - x0;
        double py = y + 0.5 - y0;
        double along = Math.clamp((px * dx + py * dy) / lengthSquared, 0, 1);
        double distance = Math.sqrt(square(px - along * dx) + square(py - along * dy));
        int pixel = y * side + x;
        ink[pixel] = Math.max(ink[pixel], Math.clamp(reach - distance, 0, 1));
      }
    }
  }

  /** How much of a pixel is covered, from 0 to 1. */
  double ink(int pixel) {
    return ink[pixel];
  }

  private int first(double coordinate) {
    return Math.clamp((long) Math.floor(coordinate), 0, side - 1);
  }

  private int last(double coordinate) {
    return Math.clamp((long) Math.ceil(coordinate), 0, side - 1);
  }

  private static double square(double value) {
    return value * value;
  }
}
