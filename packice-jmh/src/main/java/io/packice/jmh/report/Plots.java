package io.packice.jmh.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of results: ours in strong lines, floors dotted, rivals thin. */
final class Plots {
  /** Parameters that a picture runs along: a length, or how many do something at once. */
  private static final List<String> SIZES = List.of("bytes", "objects");

  private static final List<String> COUNTS = List.of("clients", "threads");

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;
  private static final float STRONG = 3.5f;
  private static final float THIN = 1.6f;
  private static final List<Color> OURS = List.of(new Color(0x00, 0x5f, 0xb8), new Color(0x00, 0x9e, 0x73),
      new Color(0x6a, 0x3d, 0x9a), new Color(0x00, 0x8b, 0x9a));
  private static final List<Color> FLOORS = List.of(new Color(0x33, 0x33, 0x33), new Color(0x77, 0x77, 0x77),
      new Color(0xa0, 0xa0, 0xa0), new Color(0x55, 0x44, 0x33));
  private static final List<Color> RIVALS = List.of(new Color(0xd5, 0x3e, 0x2a), new Color(0xe6, 0x9f, 0x00),
      new Color(0xc0, 0x5a, 0x9e), new Color(0x8c, 0x56, 0x2b), new Color(0xb3, 0x8f, 0x00));

  private Plots() {
  }

  /** A picture in a file. */
  record Picture(String suite, String title, Path file) {
  }

  /** Draws all that there is to draw. */
  static List<Picture> write(Report report, Path folder) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (Map.Entry<String, List<Report.Result>> suite : report.suites().entrySet()) {
      for (XYChart chart : charts(suite.getKey(), suite.getValue())) {
        Path file = folder.resolve(chart.getTitle().replaceAll("[^A-Za-z0-9]+", "-") + ".png");
        write(chart, file);
        pictures.add(new Picture(suite.getKey(), chart.getTitle(), file));
      }
    }
    return pictures;
  }

  private static void write(XYChart chart, Path file) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("Cannot write " + file + ": this JDK has no writer of PNG; take another");
    }
  }

  private static List<XYChart> charts(String suite, List<Report.Result> results) {
    List<XYChart> charts = new ArrayList<>();
    String name = suite.replaceFirst("Benchmark$", "");
    SIZES.forEach(size -> sweep(name, size, results, true).ifPresent(charts::add));
    COUNTS.forEach(count -> sweep(name, count, results, false).ifPresent(charts::add));
    Map<String, List<Report.Result>> sampled = results.stream().filter(result -> !result.percentiles().isEmpty())
        .collect(Collectors.groupingBy(Report.Result::paramsText, LinkedHashMap::new, Collectors.toList()));
    sampled.forEach((params, group) -> charts.add(latencies(name + " latency" + (params.isEmpty() ? "" : ", " + params),
        group)));
    return charts;
  }

  /** One line for each method over the values of a parameter; nothing if it has one value only. */
  private static Optional<XYChart> sweep(String suite, String param, List<Report.Result> results,
      boolean isLogarithmic) {
    Map<String, TreeMap<Double, Report.Result>> lines = new LinkedHashMap<>();
    for (Report.Result result : results) {
      String value = result.params().get(param);
      if (value != null) {
        Map<String, String> others = new TreeMap<>(result.params());
        others.remove(param);
        lines.computeIfAbsent(result.name() + (others.isEmpty() ? "" : " " + Units.params(others)),
            _ -> new TreeMap<>()).put(Double.valueOf(value), result);
      }
    }
    if (lines.values().stream().noneMatch(line -> line.size() > 1)) {
      return Optional.empty();
    }
    Report.Result any = lines.values().iterator().next().firstEntry().getValue();
    String title = suite + (any.isRate() ? ", throughput by " : ", time by ") + param;
    XYChart chart = chart(title, param, any.isRate() ? "operations each second, more is better" : any.unit());
    chart.getStyler().setXAxisLogarithmic(isLogarithmic).setYAxisLogarithmic(isLogarithmic);
    if (param.equals("bytes")) {
      chart.getStyler().setXAxisTickLabelsFormattingFunction(Plots::decimalBytes);
    } else if (!isLogarithmic) {
      chart.getStyler().setXAxisDecimalPattern("0").setYAxisMin(0.0);
    }
    Map<String, SortedMap<Double, Double>> points = new LinkedHashMap<>();
    lines.forEach((name, line) -> {
      SortedMap<Double, Double> medians = new TreeMap<>();
      line.forEach((x, result) -> medians.put(x, result.median()));
      points.put(name, medians);
    });
    add(chart, points);
    return Optional.of(chart);
  }

  /** What share of the calls was over within which time. */
  private static XYChart latencies(String title, List<Report.Result> results) {
    String unit = results.getFirst().unit();
    XYChart chart = chart(title, unit + " (logarithmic)", "% of calls that were over within it");
    chart.getStyler().setXAxisLogarithmic(true);
    Map<String, SortedMap<Double, Double>> lines = new LinkedHashMap<>();
    for (Report.Result result : results) {
      SortedMap<Double, Double> points = new TreeMap<>();
      result.percentiles().forEach((percent, time) -> {
        if (time > 0 && percent < 100) {
          points.merge(time, percent, Math::max);
        }
      });
      lines.put(result.name(), points);
    }
    add(chart, lines);
    return chart;
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y).build();
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    chart.getStyler().setAxisTitleFont(font).setAxisTickLabelsFont(font)
        .setPlotGridLinesColor(new Color(0xdd, 0xdd, 0xdd))
        .setLegendPosition(LegendPosition.OutsideE).setLegendFont(font).setChartBackgroundColor(Color.WHITE)
        .setLegendBorderColor(Color.WHITE).setChartTitleFont(font.deriveFont(Font.BOLD, 16f));
    return chart;
  }

  private static void add(XYChart chart, Map<String, SortedMap<Double, Double>> lines) {
    Map<List<Color>, Integer> used = new LinkedHashMap<>();
    lines.entrySet().stream().sorted(Map.Entry.comparingByKey(Comparator.comparingInt(Plots::rank)
        .thenComparing(Comparator.naturalOrder()))).forEach(line -> {
          if (line.getValue().isEmpty()) {
            return;
          }
          XYSeries series = chart.addSeries(line.getKey(), List.copyOf(line.getValue().keySet()),
              List.copyOf(line.getValue().values()));
          List<Color> colors = List.of(OURS, FLOORS, RIVALS).get(rank(line.getKey()));
          int index = used.merge(colors, 1, Integer::sum) - 1;
          series.setMarkerColor(colors.get(index % colors.size()));
          series.setLineColor(colors.get(index % colors.size()));
          series.setMarker(rank(line.getKey()) == 1 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
          series.setLineStyle(stroke(rank(line.getKey())));
        });
  }

  private static int rank(String name) {
    return name.startsWith("packice") ? 0 : name.startsWith("floor") ? 1 : 2;
  }

  private static BasicStroke stroke(int rank) {
    return rank == 1
        ? new BasicStroke(THIN + 0.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {3, 5}, 0)
        : new BasicStroke(rank == 0 ? STRONG : THIN);
  }

  /** The axis has a mark at each power of ten. */
  private static String decimalBytes(double value) {
    return value >= 1e9 ? Units.figure(value / 1e9) + " GB" : value >= 1e6
        ? Units.figure(value / 1e6) + " MB"
        : value >= 1e3 ? Units.figure(value / 1e3) + " kB" : Units.figure(value) + " B";
  }
}
