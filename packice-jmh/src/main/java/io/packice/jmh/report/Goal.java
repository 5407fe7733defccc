package io.packice.jmh.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What Packice wants to be, in one number: how many times our time something else takes.
 *
 * @param what for people
 * @param suite where it is measured
 * @param ours the method
 * @param other what it stands beside
 * @param bytes at which length; a run that has not measured that one is judged by its longest; 0 if the suite has no lengths
 * @param least times ours that the other is to take
 */
record Goal(String what, String suite, String ours, String other, long bytes, double least) {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /** In the order in which one reads them. */
  static final List<Goal> ALL = List.of(
      new Goal(
          "A lease of 4 KiB over the Unix socket, mapped, and its release: at most twice what passing a raw descriptor and mapping it takes",
          "AcquireBenchmark", "packice", "floorDescriptorAndMapping", 4 * KIB, 0.5),
      new Goal("The same of 256 MiB", "AcquireBenchmark", "packice", "floorDescriptorAndMapping", 256 * MIB, 0.5),
      new Goal("Reading 16 MiB under a lease: at least 25 times as fast as from Redis", "ReadBenchmark", "packiceKept",
          "rivalRedis", 16 * MIB, 25),
      new Goal("The same: at least 10 times as fast as from memcached", "ReadBenchmark", "packiceKept",
          "rivalMemcached", 16 * MIB, 10),
      new Goal("Putting 256 MiB by the channel: at least 1.7 times as fast as a copy into new shared memory",
          "PutBenchmark", "packiceChannel", "floorNewMemory", 256 * MIB, 1.7),
      new Goal("Writing a table with its statistics: at most 1.2 times what Arrow's writer takes",
          "TableWriteBenchmark", "packice", "rivalArrowFileWriter", 0, 1 / 1.2),
      new Goal("256 MiB over HTTP: at most 1.25 times what a raw socket into new shared memory takes",
          "HttpTransferBenchmark", "packice", "floorSocketIntoNewMemory", 256 * MIB, 0.8));

  /** How it came out. */
  enum Outcome {
    /** The whole interval is on the right side. */
    REACHED,
    /** The interval holds the goal. */
    CANNOT_TELL,
    /** The whole interval is on the wrong side. */
    MISSED
  }

  /**
   * A goal that a report says something of.
   *
   * @param goal which
   * @param by the result that says it
   * @param ratio what it says
   */
  record Judged(Goal goal, Report.Result by, Ratio ratio) {
    Outcome outcome() {
      return ratio.low() >= goal.least ? Outcome.REACHED
          : ratio.high() < goal.least ? Outcome.MISSED : Outcome.CANNOT_TELL;
    }

    /** Such as {@code 1.4 times theirs} where ours is to be the slower one, else {@code 31 times as fast}; with the interval. */
    String measured() {
      boolean isFaster = goal.least >= 1;
      Ratio shown = isFaster ? ratio : ratio.inverse();
      return Units.ratio(shown) + (isFaster ? " times as fast" : " times theirs")
          + (goal.bytes == 0 || by.params().getOrDefault("bytes", "").equals(String.valueOf(goal.bytes))
              ? ""
              : String.format(Locale.ROOT, ", at %s", Units.value("bytes", by.params().getOrDefault("bytes", "0"))));
    }
  }

  static List<Judged> judge(Report report) {
    return ALL.stream().map(goal -> goal.of(report)).flatMap(Optional::stream).toList();
  }

  private Optional<Judged> of(Report report) {
    Comparator<Report.Result> nearest = Comparator.comparing(this::isExact).thenComparingLong(Goal::length);
    return report.results().stream()
        .filter(result -> result.suite().equals(suite) && result.name().equals(other)
            && result.ratios().containsKey(ours))
        .max(nearest).map(result -> new Judged(this, result, Objects.requireNonNull(result.ratios().get(ours))));
  }

  private boolean isExact(Report.Result result) {
    return length(result) == bytes;
  }

  private static long length(Report.Result result) {
    return Long.parseLong(result.params().getOrDefault("bytes", "0"));
  }
}
