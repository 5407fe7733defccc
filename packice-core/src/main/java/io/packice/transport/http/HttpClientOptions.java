package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks to a peer over HTTP. Start with {@link #DEFAULT} and refine by the {@code with…} methods, each of which returns a changed
 * copy. Immutable, safe from any thread.
 *
 * @param token what the peer asks for; null if it asks for none
 * @param trusted PEM file of the certificates that vouch for the peer's; null for those that the JDK trusts
 * @param leaseTtl the TTL of the session that leases live in, which is what the peer waits after this process has died, an hour at most; a third of it
 *     passes between renewals. With a peer of an earlier version it is the TTL of each lease
 * @param timeout how long the peer may be silent
 * @param attempts how often an operation is tried whose connection breaks, at least 1
 * @param streams the most connections that one object's bytes travel over at a time
 */
public record HttpClientOptions(@Nullable BearerToken token, @Nullable Path trusted, Duration leaseTtl,
    Duration timeout, int attempts, int streams) {
  /** No token, the JDK's certificates, leases of 60 s, 30 s of silence, 3 attempts, 4 streams. */
  public static final HttpClientOptions DEFAULT =
      new HttpClientOptions(null, null, AcquireRequest.DEFAULT_TTL, Duration.ofSeconds(30), 3, 4);

  private static final int MOST = 64;

  /**
   * Checks the options as a whole.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public HttpClientOptions {
    if (leaseTtl.compareTo(Duration.ofSeconds(1)) < 0 || leaseTtl.compareTo(AcquireRequest.MAX_DURATION) > 0) {
      throw new IllegalArgumentException("Cannot use leases of " + leaseTtl + "; give at least a second");
    }
    if (!timeout.isPositive() || timeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("Cannot use a timeout of " + timeout + "; give more than zero, at most a day");
    }
    if (attempts < 1 || attempts > MOST || streams < 1 || streams > MOST) {
      throw new IllegalArgumentException("Cannot use " + attempts + " attempts and " + streams + " streams; give 1 to "
          + MOST + " of each");
    }
  }

  /**
   * With a token.
   *
   * @param newToken what the peer asks for
   * @return a changed copy
   */
  public HttpClientOptions withToken(@Nullable BearerToken newToken) {
    return new HttpClientOptions(newToken, trusted, leaseTtl, timeout, attempts, streams);
  }

  /**
   * With other certificates.
   *
   * @param newTrusted PEM file of the certificates that vouch for the peer's
   * @return a changed copy
   */
  public HttpClientOptions withTrusted(@Nullable Path newTrusted) {
    return new HttpClientOptions(token, newTrusted, leaseTtl, timeout, attempts, streams);
  }

  /**
   * With another TTL.
   *
   * @param newLeaseTtl of the session that leases live in
   * @return a changed copy
   */
  public HttpClientOptions withLeaseTtl(Duration newLeaseTtl) {
    return new HttpClientOptions(token, trusted, newLeaseTtl, timeout, attempts, streams);
  }

  /**
   * With another timeout.
   *
   * @param newTimeout how long the peer may be silent
   * @return a changed copy
   */
  public HttpClientOptions withTimeout(Duration newTimeout) {
    return new HttpClientOptions(token, trusted, leaseTtl, newTimeout, attempts, streams);
  }

  /**
   * With another number of attempts.
   *
   * @param newAttempts at least 1
   * @return a changed copy
   */
  public HttpClientOptions withAttempts(int newAttempts) {
    return new HttpClientOptions(token, trusted, leaseTtl, timeout, newAttempts, streams);
  }

  /**
   * With another number of streams.
   *
   * @param newStreams at least 1
   * @return a changed copy
   */
  public HttpClientOptions withStreams(int newStreams) {
    return new HttpClientOptions(token, trusted, leaseTtl, timeout, attempts, newStreams);
  }
}
