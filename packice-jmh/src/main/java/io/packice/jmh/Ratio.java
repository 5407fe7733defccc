package io.packice.jmh;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * How many times the time of one thing another takes, with the interval that holds the true ratio with a probability of 95 %: of the
 * logarithms of the ratios of each round, by Student's t-distribution.
 *
 * @param ratio the geometric mean
 * @param low the interval's lower end
 * @param high its upper end; the same as both others when there was one round only, which says nothing of the spread
 */
record Ratio(double ratio, double low, double high) {
  private static final double PROBABILITY_BELOW = 0.975;

  /** Of times that were taken in the same rounds, in order. */
  static Ratio of(List<Double> times, List<Double> base) {
    SummaryStatistics logs = new SummaryStatistics();
    int rounds = Math.min(times.size(), base.size());
    IntStream.range(0, rounds).forEach(i -> logs.addValue(Math.log(times.get(i) / base.get(i))));
    double mean = logs.getMean();
    double half = rounds < 2
        ? 0
        : new TDistribution(rounds - 1).inverseCumulativeProbability(PROBABILITY_BELOW) * logs.getStandardDeviation()
            / Math.sqrt(rounds);
    return new Ratio(Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half));
  }
}
