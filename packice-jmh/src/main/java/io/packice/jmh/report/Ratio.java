package io.packice.jmh.report;

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
public record Ratio(double ratio, double low, double high) {
  private static final double PROBABILITY_BELOW = 0.975;

  /**
   * Of figures that were taken in the same rounds, in order.
   *
   * @param times of the one
   * @param base of the other
   * @return how many times the other's the one's are
   */
  public static Ratio of(List<Double> times, List<Double> base) {
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

  /**
   * Of two runs, whose rounds have nothing to do with each other (Welch's test, with the logarithms of all rounds).
   *
   * @param after of the one run
   * @param before of the other
   * @return how many times the other's the one's are
   */
  static Ratio between(List<Double> after, List<Double> before) {
    SummaryStatistics one = logarithms(after);
    SummaryStatistics other = logarithms(before);
    double mean = one.getMean() - other.getMean();
    if (one.getN() < 2 || other.getN() < 2) {
      return new Ratio(Math.exp(mean), Math.exp(mean), Math.exp(mean));
    }
    double oneVariance = one.getVariance() / one.getN();
    double otherVariance = other.getVariance() / other.getN();
    double variance = oneVariance + otherVariance;
    if (variance == 0) {
      return new Ratio(Math.exp(mean), Math.exp(mean), Math.exp(mean));
    }
    double freedom = variance * variance
        / (oneVariance * oneVariance / (one.getN() - 1) + otherVariance * otherVariance / (other.getN() - 1));
    double half = new TDistribution(freedom).inverseCumulativeProbability(PROBABILITY_BELOW) * Math.sqrt(variance);
    return new Ratio(Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half));
  }

  private static SummaryStatistics logarithms(List<Double> figures) {
    SummaryStatistics logs = new SummaryStatistics();
    figures.forEach(figure -> logs.addValue(Math.log(figure)));
    return logs;
  }

  /**
   * The same the other way round: of rates, where more is better.
   *
   * @return the ratio of the other to the one
   */
  public Ratio inverse() {
    return new Ratio(1 / ratio, 1 / high, 1 / low);
  }

  /** Whether the interval leaves out 1, so that the two do differ. */
  boolean isClear() {
    return low > 1 || high < 1;
  }
}
