package io.packice.jmh;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run found, as it is written to JSON.
 *
 * @param when it began, by ISO 8601 in UTC
 * @param command that makes it again
 * @param host what it ran on
 * @param results of each benchmark
 */
record Report(String when, String command, Host host, List<Result> results) {
  /**
   * What it ran on.
   *
   * @param cpu the model of the processor
   * @param cores that the JVM was given
   * @param memoryBytes of the whole host
   * @param kernel its release
   * @param jdk its name and version
   * @param commit of the sources; null if it cannot be told
   * @param loadBefore how many threads wanted a core when it began, as the kernel averages them over a minute
   */
  record Host(String cpu, int cores, long memoryBytes, String kernel, String jdk, @Nullable String commit,
      double loadBefore) {
  }

  /**
   * One benchmark with one choice of parameters.
   *
   * @param suite the class
   * @param name the method
   * @param params its parameters
   * @param unit of the times
   * @param rounds the mean time of each round
   * @param median of the rounds
   * @param comparedTo the method that it stands beside; null if it is one of ours
   * @param ratio how many times that one's time it took; null if there is none
   */
  record Result(String suite, String name, Map<String, String> params, String unit, List<Double> rounds, double median,
      @Nullable String comparedTo, @Nullable Ratio ratio) {
  }
}
