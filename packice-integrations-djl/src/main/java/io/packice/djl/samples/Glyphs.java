package io.packice.djl.samples;

import java.util.List;
import java.util.stream.Stream;

/**
 * How people write the ten digits: each has a few ways, each way is one or more strokes, each stroke a row of points that a smooth curve
 * goes through. A point given twice is a corner. The box is 1 by 1, x to the right, y down.
 */
final class Glyphs {
  /** A point of a stroke. */
  record Point(double x, double y) {
  }

  private static final List<List<String>> WAYS = List.of(
      List.of("0.5,0 0.17,0.16 0.04,0.5 0.17,0.84 0.5,1 0.83,0.84 0.96,0.5 0.83,0.16 0.5,0",
          "0.62,0.02 0.24,0.12 0.05,0.55 0.22,0.92 0.55,0.98 0.88,0.75 0.92,0.35 0.7,0.06 0.42,0.08"),
      List.of("0.5,0 0.5,1", "0.28,0.24 0.55,0 0.55,0 0.54,0.5 0.52,1",
          "0.3,0.22 0.52,0 0.52,0 0.52,1; 0.22,1 0.82,1"),
      List.of("0.1,0.26 0.3,0.03 0.66,0.02 0.86,0.27 0.62,0.6 0.07,1 0.07,1 0.93,0.98",
          "0.12,0.2 0.42,0 0.8,0.14 0.76,0.5 0.36,0.92 0.12,0.94 0.16,0.76 0.42,0.82 0.96,0.99"),
      List.of("0.12,0.12 0.48,0 0.82,0.2 0.68,0.42 0.36,0.47 0.36,0.47 0.74,0.55 0.88,0.77 0.55,1 0.1,0.88",
          "0.12,0.02 0.84,0.02 0.84,0.02 0.42,0.41 0.42,0.41 0.82,0.54 0.86,0.84 0.46,1 0.08,0.88"),
      List.of("0.32,0 0.1,0.56 0.1,0.56 0.92,0.58; 0.7,0.26 0.66,1",
          "0.7,0 0.05,0.64 0.05,0.64 0.96,0.65; 0.7,0 0.69,1", "0.2,0.02 0.16,0.5 0.45,0.56 0.82,0.46; 0.82,0 0.78,1"),
      List.of("0.86,0.02 0.26,0.02 0.26,0.02 0.18,0.45 0.18,0.45 0.54,0.37 0.88,0.64 0.62,0.97 0.1,0.9",
          "0.24,0.05 0.17,0.46 0.17,0.46 0.6,0.4 0.86,0.68 0.56,1 0.08,0.88; 0.24,0.04 0.88,0.02"),
      List.of("0.76,0.02 0.3,0.3 0.1,0.68 0.36,0.98 0.8,0.9 0.86,0.62 0.52,0.5 0.14,0.7",
          "0.5,0 0.2,0.4 0.12,0.76 0.42,1 0.82,0.84 0.72,0.58 0.4,0.56 0.14,0.78"),
      List.of("0.08,0.04 0.92,0.03 0.92,0.03 0.56,0.5 0.36,1",
          "0.08,0.04 0.9,0.03 0.9,0.03 0.55,0.5 0.4,1; 0.28,0.53 0.8,0.5",
          "0.1,0.2 0.1,0.04 0.1,0.04 0.9,0.04 0.9,0.04 0.6,0.45 0.5,1"),
      List.of("0.82,0.16 0.5,0 0.18,0.2 0.46,0.46 0.86,0.76 0.5,1 0.13,0.78 0.52,0.47 0.8,0.24 0.66,0.03",
          "0.5,0 0.22,0.1 0.22,0.36 0.5,0.46 0.78,0.36 0.78,0.1 0.5,0; "
              + "0.5,0.46 0.14,0.6 0.14,0.88 0.5,1 0.86,0.88 0.86,0.6 0.5,0.46"),
      List.of("0.84,0.24 0.54,0.01 0.15,0.2 0.22,0.46 0.56,0.48 0.84,0.22 0.84,0.22 0.8,0.6 0.64,1",
          "0.82,0.2 0.46,0 0.14,0.24 0.4,0.48 0.82,0.3 0.84,0.2 0.86,0.62 0.6,0.97 0.18,0.92"));

  private static final List<List<List<List<Point>>>> PARSED = WAYS.stream()
      .map(ways -> ways.stream().map(Glyphs::strokes).toList()).toList();

  private Glyphs() {
  }

  /** The ways to write a digit, each a list of strokes. */
  static List<List<List<Point>>> of(int digit) {
    return PARSED.get(digit);
  }

  private static List<List<Point>> strokes(String way) {
    return Stream.of(way.split("; ", -1)).map(Glyphs::stroke).toList();
  }

  private static List<Point> stroke(String points) {
    return Stream.of(points.split(" ", -1)).map(Glyphs::point).toList();
  }

  private static Point point(String text) {
    int comma = text.indexOf(',');
    return new Point(Double.parseDouble(text.substring(0, comma)), Double.parseDouble(text.substring(comma + 1)));
  }
}
