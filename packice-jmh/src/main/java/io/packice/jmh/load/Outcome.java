package io.packice.jmh.load;

import io.packice.core.PeerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * What a load did.
 *
 * @param seconds how long it was measured
 * @param reads latencies of reads, in nanoseconds, corrected for coordinated omission
 * @param writes the same of puts
 * @param hits reads that found their object
 * @param misses reads of objects that could have been there; each was followed by a put
 * @param ghosts reads of objects that nobody ever writes
 * @param refused puts for which there was no room
 * @param collisions puts that gave way to another thread's of the same object
 * @param neverBegun operations that the rate asked for and that had not begun after three times the duration
 * @param before of each peer, when measuring began
 * @param after of each peer, when it ended
 */
record Outcome(double seconds, Histogram reads, Histogram writes, long hits, long misses, long ghosts, long refused,
    long collisions, long neverBegun, List<PeerStats> before, List<PeerStats> after) {
  private static final double[] PERCENTILES = {50, 95, 99, 99.9};
  private static final double MICROS = 1000;

  double operationsPerSecond() {
    return (hits + misses + ghosts + puts()) / seconds;
  }

  private long puts() {
    return writes.getTotalCount();
  }

  /** NaN if nothing was read that could have been there. */
  double hitRatio() {
    return (double) hits / (hits + misses);
  }

  private long sum(List<PeerStats> stats, ToLongFunction<PeerStats> field) {
    return stats.stream().mapToLong(field).sum();
  }

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "%.0f operations each second for %.1f s", operationsPerSecond(), seconds));
    lines.add(latencies("reads", reads));
    lines.add(latencies("puts", writes));
    lines.add(
        String.format(Locale.ROOT, "hits     %d of %d reads of what could be there (%.1f %%), %d reads of ghosts", hits,
            hits + misses, 100 * hitRatio(), ghosts));
    lines.add(String.format(Locale.ROOT,
        "peers    %d evictions, %d puts without room, %d that gave way to another, %d objects, %d bytes resident of %d",
        sum(after, PeerStats::evictions) - sum(before, PeerStats::evictions), refused, collisions,
        sum(after, PeerStats::objects),
        sum(after, stats -> stats.liveBytes() + stats.draftBytes() + stats.zombieBytes()),
        sum(after, PeerStats::capacityBytes)));
    if (neverBegun > 0) {
      lines.add(neverBegun
          + " operations never began: the rate is more than the peers can take, and the latencies above leave those out");
    }
    return lines;
  }

  private static String latencies(String name, Histogram histogram) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-8s mean %.1f", name,
        histogram.getTotalCount() == 0 ? 0 : histogram.getMean() / MICROS));
    for (double percent : PERCENTILES) {
      line.append(String.format(Locale.ROOT, ", p%s %.1f", percent == (long) percent ? (long) percent : percent,
          histogram.getValueAtPercentile(percent) / MICROS));
    }
    return line.append(String.format(Locale.ROOT, ", max %.1f us", histogram.getMaxValue() / MICROS)).toString();
  }
}
