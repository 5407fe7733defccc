package io.packice.jmh.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How numbers look to people. */
final class Units {
  private static final List<String> BINARY = List.of("B", "KiB", "MiB", "GiB");

  private Units() {
  }

  /** Such as {@code 64 KiB}. */
  static String bytes(double count) {
    double left = count;
    int unit = 0;
    while (left >= 1024 && unit < BINARY.size() - 1) {
      left /= 1024;
      unit++;
    }
    return figure(left) + " " + BINARY.get(unit);
  }

  /** Three figures of it, no more. */
  static String figure(double value) {
    double size = Math.abs(value);
    if (size == 0 || size >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value).replace(',', ' ');
    }
    if (size < 0.01) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    String text = String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    return text.replaceFirst("\\.0+$", "");
  }

  /** Such as {@code bytes 64 KiB, clients 2}. */
  static String params(Map<String, String> params) {
    return params.entrySet().stream().map(param -> param.getKey() + " " + value(param.getKey(), param.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** A parameter's value; those of {@code bytes} with a unit. */
  static String value(String name, String value) {
    return name.equals("bytes") ? bytes(Double.parseDouble(value)) : value;
  }

  /** Such as {@code 1.24 (0.92 to 1.68)}; one round alone has no interval. */
  static String ratio(Ratio ratio) {
    return ratio.low() == ratio.high()
        ? figure(ratio.ratio())
        : figure(ratio.ratio()) + " (" + figure(ratio.low()) + " to " + figure(ratio.high()) + ")";
  }
}
