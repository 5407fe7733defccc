package io.packice.jmh.report;

import java.util.Locale;

/** A ratio as a bar: to the right of the middle ours is faster, to the left slower, by powers of ten; the thin line is the interval. */
final class RatioBar {
  private static final double WIDTH = 180;
  private static final double MIDDLE = 60;
  private static final double DECADE = 38;
  private static final int HEIGHT = 14;

  private RatioBar() {
  }

  /** A picture that stands in a page; colours are for rivals. */
  static String svg(Ratio ratio, boolean isRival) {
    double end = place(ratio.ratio());
    String kind = !isRival ? "same" : ratio.low() > 1 ? "better" : ratio.high() < 1 ? "less" : "same";
    return String.format(Locale.ROOT,
        "<svg class=\"bar\" width=\"%.0f\" height=\"%d\" role=\"img\" aria-label=\"%s\"><rect class=\"%s\" x=\"%.1f\" y=\"2\" width=\"%.1f\""
            + " height=\"10\"/><path class=\"line\" d=\"M%.1f 7H%.1f\"/><path class=\"axis\" d=\"M%.0f 0V%d\"/></svg>",
        WIDTH, HEIGHT, Units.ratio(ratio), kind, Math.min(MIDDLE, end), Math.abs(end - MIDDLE), place(ratio.low()),
        place(ratio.high()), MIDDLE, HEIGHT);
  }

  private static double place(double ratio) {
    return Math.clamp(MIDDLE + DECADE * Math.log10(ratio), 1, WIDTH - 1);
  }
}
