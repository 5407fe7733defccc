package io.packice.transport.http;

import java.time.Duration;

/**
 * What one client may take of a server, so that slow, greedy and broken ones hold nobody else up.
 *
 * @param headerBytes the longest head of a request, in bytes; longer ones are refused with 431
 * @param bodyBytes the longest blob or form that a request may carry, in bytes; longer ones are refused with 413. What the peer has no room
 *     for is refused in any case
 * @param connections the most connections at a time; when there are so many, those that are idle for a second make room
 * @param idle how long a connection may be silent, in the middle of a request or between two; the head of a request must be whole after twice as
 *     long, however it trickles
 * @param minBytesPerSecond what a body must move at least, on average over {@code idle}, in either direction; a connection that is slower is
 *     closed
 */
public record HttpLimits(int headerBytes, long bodyBytes, int connections, Duration idle, long minBytesPerSecond) {
  private static final Duration LONGEST_IDLE = Duration.ofDays(1);

  /** 16 KiB of head, bodies of any size, 2048 connections, 30 seconds of silence, 1 KiB a second. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(16 << 10, Long.MAX_VALUE, 2048, Duration.ofSeconds(30), 1 << 10);

  private static final int LEAST_HEADER_BYTES = 1 << 10;
  private static final int MOST_HEADER_BYTES = 1 << 20;

  /**
   * Checks the limits as a whole.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public HttpLimits {
    if (headerBytes < LEAST_HEADER_BYTES || headerBytes > MOST_HEADER_BYTES) {
      throw new IllegalArgumentException("Cannot limit heads to " + headerBytes + " bytes; give " + LEAST_HEADER_BYTES
          + " to " + MOST_HEADER_BYTES);
    }
    require(bodyBytes >= 1, "Cannot limit bodies to " + bodyBytes + " bytes; give at least 1");
    require(connections >= 1, "Cannot limit connections to " + connections + "; give at least 1");
    require(minBytesPerSecond >= 0,
        "Cannot ask for " + minBytesPerSecond + " bytes a second; give at least 0, which asks for none");
    if (!idle.isPositive() || idle.compareTo(LONGEST_IDLE) > 0) {
      throw new IllegalArgumentException(
          "Cannot limit silence to " + idle + "; give more than zero and at most " + LONGEST_IDLE);
    }
  }

  private static void require(boolean isRight, String message) {
    if (!isRight) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * With another limit of heads.
   *
   * @param bytes the longest head, from 1 KiB to 1 MiB
   * @return a changed copy
   */
  public HttpLimits withHeaderBytes(int bytes) {
    return new HttpLimits(bytes, bodyBytes, connections, idle, minBytesPerSecond);
  }

  /**
   * With another limit of bodies.
   *
   * @param bytes the longest body, at least 1
   * @return a changed copy
   */
  public HttpLimits withBodyBytes(long bytes) {
    return new HttpLimits(headerBytes, bytes, connections, idle, minBytesPerSecond);
  }

  /**
   * With another limit of connections.
   *
   * @param most at a time, at least 1
   * @return a changed copy
   */
  public HttpLimits withConnections(int most) {
    return new HttpLimits(headerBytes, bodyBytes, most, idle, minBytesPerSecond);
  }

  /**
   * With another limit of silence.
   *
   * @param longest more than zero
   * @return a changed copy
   */
  public HttpLimits withIdle(Duration longest) {
    return new HttpLimits(headerBytes, bodyBytes, connections, longest, minBytesPerSecond);
  }

  /**
   * With another limit of slowness.
   *
   * @param bytes a second, at least; 0 for none
   * @return a changed copy
   */
  public HttpLimits withMinBytesPerSecond(long bytes) {
    return new HttpLimits(headerBytes, bodyBytes, connections, idle, bytes);
  }
}
