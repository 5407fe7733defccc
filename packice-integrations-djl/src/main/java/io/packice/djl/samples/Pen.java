package io.packice.djl.samples;

import io.packice.djl.samples.Glyphs.Point;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One hand on one day: where and how large it writes, how it slants and turns, how it trembles, how wide its pen is, how dirty the paper
 * is. All of it is drawn from the random numbers that it is given.
 */
final class Pen {
  private static final int PIECES_PER_CURVE = 6;
  private static final double TREMBLE = 0.045;

  private final SplittableRandom random;
  private final int side;
  private final double width;
  private final double pressureSwing;
  private final double darkness;
  private final double dirt;
  private final double xx;
  private final double xy;
  private final double yx;
  private final double yy;
  private final double centreX;
  private final double centreY;

  Pen(SplittableRandom random, int side) {
    this.random = random;
    this.side = side;
    width = between(1.3, 3.4) * side / 28;
    pressureSwing = between(0, 0.3);
    darkness = between(0.75, 1);
    dirt = square(between(0, 1)) * 0.18;
    double height = between(0.5, 0.7) * side;
    double breadth = height * between(0.5, 0.85);
    double slant = between(-0.15, 0.4);
    double turn = between(-0.2, 0.2);
    double sine = StrictMath.sin(turn);
    double cosine = StrictMath.cos(turn);
    xx = breadth * cosine; // slant first, then turn
    xy = -height * (slant * cosine + sine);
    yx = breadth * sine;
    yy = height * (cosine - slant * sine);
    centreX = centre(Math.abs(xx) + Math.abs(xy));
    centreY = centre(Math.abs(yx) + Math.abs(yy));
  }

  /** A place for something so long, off the middle as far as the paper has room. */
  private double centre(double extent) {
    double free = (side - extent * (1 + 2 * TREMBLE) - width * (1 + pressureSwing)) / 2 - 1;
    return side / 2.0 + between(-1, 1) * Math.clamp(free, 0, 0.12 * side);
  }

  /** Writes one digit and copies the picture, row by row, one unsigned byte for each pixel, 0 the paper and 255 the darkest ink. */
  void write(int digit, Canvas canvas, byte[] target, int offset) {
    canvas.clear();
    List<List<List<Point>>> ways = Glyphs.of(digit);
    for (List<Point> stroke : ways.get(random.nextInt(ways.size()))) {
      draw(stroke.stream().map(this::place).toList(), canvas);
    }
    for (int pixel = 0; pixel < side * side; pixel++) {
      double noise = (random.nextDouble() + random.nextDouble() - 1) * dirt;
      double grey = canvas.ink(pixel) * darkness + noise;
      target[offset + pixel] = (byte) Math.clamp(Math.round(255 * grey), 0, 255);
    }
  }

  private Point place(Point point) {
    double x = point.x() - 0.5 + between(-TREMBLE, TREMBLE);
    double y = point.y() - 0.5 + between(-TREMBLE, TREMBLE);
    return new Point(centreX + xx * x + xy * y, centreY + yx * x + yy * y);
  }

  private void draw(List<Point> points, Canvas canvas) {
    double phase = between(0, 6.28);
    for (int i = 0; i + 1 < points.size(); i++) {
      double pieceWidth = width * (1 + pressureSwing * StrictMath.sin(phase + i));
      Point from = points.get(i);
      for (int piece = 1; piece <= PIECES_PER_CURVE; piece++) {
        Point to = onCurve(points, i, (double) piece / PIECES_PER_CURVE);
        canvas.line(from.x(), from.y(), to.x(), to.y(), pieceWidth);
        from = to;
      }
    }
  }

  /** A Catmull-Rom spline: a curve through all points whose direction at each is that from its predecessor to its successor. */
  private static Point onCurve(List<Point> points, int i, double t) {
    Point before = points.get(Math.max(i - 1, 0));
    Point start = points.get(i);
    Point end = points.get(i + 1);
    Point after = points.get(Math.min(i + 2, points.size() - 1));
    return new Point(spline(before.x(), start.x(), end.x(), after.x(), t),
        spline(before.y(), start.y(), end.y(), after.y(), t));
  }

  private static double spline(double before, double start, double end, double after, double t) {
    double linear = end - before;
    double quadratic = 2 * before - 5 * start + 4 * end - after;
    double cubic = 3 * (start - end) + after - before;
    return start + 0.5 * t * (linear + t * (quadratic + t * cubic));
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  private static double square(double value) {
    return value * value;
  }
}
