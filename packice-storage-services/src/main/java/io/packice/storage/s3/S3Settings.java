package io.packice.storage.s3;

import io.packice.storage.config.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a mount of the type {@code s3}.
 *
 * @param bucket the bucket
 * @param prefix what the keys of this mount begin with, without a slash at the end; nothing if null
 * @param endpoint where the service is; Amazon's own if null
 * @param region its region; the SDK's own chain if null, {@code us-east-1} where there is an endpoint
 * @param accessKey the key's name; with the secret key, or neither: then the SDK's own chain has both
 * @param secretKey the key
 * @param sessionToken of temporary keys; null for others
 * @param profile of the SDK's configuration files; null for the default
 * @param pathStyle whether the bucket is in the path and not in the host's name; true if null where there is an endpoint
 * @param partSize MiB of the parts in which larger files are uploaded, 5 to 1024; 8 if null
 * @param versions whether the bucket keeps versions that are to be seen; not if null
 * @param timeout how long the service may be silent; 30 seconds if null
 */
public record S3Settings(String bucket, @Nullable String prefix, @Nullable URI endpoint, @Nullable String region,
    @Nullable Secret accessKey,
    @Nullable Secret secretKey, @Nullable Secret sessionToken, @Nullable String profile, @Nullable Boolean pathStyle,
    @Nullable Integer partSize,
    @Nullable Boolean versions, @Nullable Duration timeout) {
  private static final int USUAL_PART = 8;
  private static final int LEAST_PART = 5;
  private static final int MOST_PART = 1_024;
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if a key stands alone, or the part size is none
   */
  public S3Settings {
    if ((accessKey == null) != (secretKey == null) || (sessionToken != null && accessKey == null)) {
      throw new IllegalArgumentException("'access-key' and 'secret-key' come together, 'session-token' with both");
    }
    if (partSize != null && (partSize < LEAST_PART || partSize > MOST_PART)) {
      throw new IllegalArgumentException("'part-size' is not 5 to 1024");
    }
    if (prefix != null && (prefix.startsWith("/") || prefix.endsWith("/"))) {
      throw new IllegalArgumentException("'prefix' begins or ends with a slash");
    }
    if (endpoint != null && (endpoint.getHost() == null || endpoint.getRawUserInfo() != null)) {
      throw new IllegalArgumentException("'endpoint' is no address without a password");
    }
  }

  int partBytes() {
    return (partSize == null ? USUAL_PART : partSize) << 20;
  }

  Duration patience() {
    return timeout == null ? USUAL_TIMEOUT : timeout;
  }

  boolean isVersioned() {
    return Boolean.TRUE.equals(versions);
  }

  boolean hasPathStyle() {
    return pathStyle == null ? endpoint != null : pathStyle;
  }
}
