package io.packice.jmh.load;

import java.time.Duration;

/**
 * What clients do to peers. All of it follows from the seed.
 *
 * @param clients connections to each peer
 * @param threads that use each connection
 * @param keys how many objects there are
 * @param sizeBytes the length of each
 * @param writeRatio the part of the operations that put an object; the others read one
 * @param zipf the exponent of the distribution of keys: 0 is uniform, 0.99 is what caches usually meet
 * @param ghostRatio the part of the reads that are of objects that nobody ever writes
 * @param ttlRatio the part of the puts whose object has a life
 * @param ttl that life
 * @param rate operations each second that all threads together begin; 0 for as many as they can
 * @param seed of all choices
 * @param duration how long it is measured, after a tenth of it to warm up
 */
record Workload(int clients, int threads, int keys, int sizeBytes, double writeRatio, double zipf, double ghostRatio,
    double ttlRatio, Duration ttl, double rate, long seed, Duration duration) {
  private static final int MIN_BYTES = 8;
  private static final int MAX_THREADS = 4096;

  Workload {
    require(clients >= 1 && threads >= 1 && (long) clients * threads <= MAX_THREADS,
        "use " + clients + " clients of " + threads + " threads", "1 to " + MAX_THREADS + " threads in all");
    require(keys >= 1, "use " + keys + " objects", "at least 1");
    require(sizeBytes >= MIN_BYTES, "use objects of " + sizeBytes + " bytes", "at least " + MIN_BYTES);
    requireRatio("--write-ratio", writeRatio);
    requireRatio("--ghost", ghostRatio);
    requireRatio("--ttl-ratio", ttlRatio);
    require(zipf >= 0, "use the exponent " + zipf, "0 for a uniform distribution, or more");
    require(rate >= 0, "begin " + rate + " operations each second", "0 for as many as can be, or more");
    require(duration.isPositive() && ttl.isPositive(), "run for " + duration + " with lives of " + ttl,
        "times of more than 0");
  }

  private static void requireRatio(String name, double value) {
    require(value >= 0 && value <= 1, "use " + value + " for " + name, "0 to 1");
  }

  private static void require(boolean isRight, String what, String instead) {
    if (!isRight) {
      throw new IllegalArgumentException("Cannot " + what + "; give " + instead);
    }
  }
}
