package io.packice.storage.http;

import io.packice.storage.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a mount of the type {@code http}.
 *
 * @param url the root, which ends where paths begin
 * @param token is sent as a bearer token to this server alone; null for none
 * @param listing where folders are listed from: {@code none}, which is the default, or the server's own {@code index} pages
 * @param manifest a path below the root of a text that names the files, one path on each line, in place of an index; null if there is none
 * @param timeout how long the server may be silent; 30 seconds if null
 */
public record HttpSettings(URI url, @Nullable Secret token, @Nullable Listing listing, @Nullable String manifest,
    @Nullable Duration timeout) {
  /** Where folders are listed from. */
  public enum Listing {
    /** They are not. */
    NONE,
    /** Links of the page that the server gives for a folder. */
    INDEX
  }

  private static final Duration USUAL = Duration.ofSeconds(30);

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the address is none of HTTP, or has a query or a password
   */
  public HttpSettings {
    String scheme = url.getScheme();
    if (!List.of("http", "https").contains(String.valueOf(scheme)) || url.getHost() == null) {
      throw new IllegalArgumentException("'url' is no address of http or https");
    }
    if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("'url' has a password, a query or a fragment");
    }
    if (manifest != null && listing == Listing.INDEX) {
      throw new IllegalArgumentException("'listing' and 'manifest' are two sources of one thing");
    }
  }

  /** Milliseconds. */
  int patience() {
    return Math.clamp((timeout == null ? USUAL : timeout).toMillis(), 1, Integer.MAX_VALUE);
  }

  boolean lists() {
    return manifest != null || listing == Listing.INDEX;
  }
}
