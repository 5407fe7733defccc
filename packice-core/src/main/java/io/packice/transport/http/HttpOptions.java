package io.packice.transport.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a peer is served over HTTP. Start with {@link #DEFAULT} and refine by the {@code with…} methods, each of which returns a changed copy.
 * Immutable, safe from any thread.
 *
 * @param address where to listen; port 0 lets the system choose one
 * @param token what every client must show; null for none, which only a loopback address may have
 * @param tls the server's certificate and key; null for plain HTTP
 * @param sharedPaths whether clients are told the paths of files, which those that share the file system open themselves
 * @param limits what one client may take
 * @param accessLog whether every request is logged at the level INFO; otherwise at DEBUG
 */
public record HttpOptions(InetSocketAddress address, @Nullable BearerToken token, @Nullable Tls tls,
    boolean sharedPaths, HttpLimits limits, boolean accessLog) {
  /** The port of {@link #DEFAULT}: PACK on a telephone. */
  public static final int DEFAULT_PORT = 7225;

  /** Port 7225 of the loopback address 127.0.0.1, without token, TLS, paths or a log of requests. */
  public static final HttpOptions DEFAULT =
      new HttpOptions(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), DEFAULT_PORT), null, null, false,
          HttpLimits.DEFAULT, false);

  /**
   * A certificate and its key, in PEM files.
   *
   * @param certificates the server's certificate, and behind it those that vouch for it
   * @param key its private key, PKCS #8, not encrypted ({@code BEGIN PRIVATE KEY})
   */
  public record Tls(Path certificates, Path key) {
  }

  /**
   * Checks the options as a whole.
   *
   * @throws IllegalArgumentException if the address has a name that nobody knows, or reaches other hosts and there is no token
   */
  public HttpOptions {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          "Cannot listen on " + address.getHostString() + ": nobody knows this name; give an address of this host");
    }
    if (token == null && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException("Cannot listen on " + address.getHostString() + ":" + address.getPort()
          + " without a token: it can be reached from other hosts; give a token (--token-file), or listen on 127.0.0.1");
    }
  }

  /**
   * With another address.
   *
   * @param newAddress where to listen; give the token first if it reaches other hosts
   * @return a changed copy
   */
  public HttpOptions withAddress(InetSocketAddress newAddress) {
    return new HttpOptions(newAddress, token, tls, sharedPaths, limits, accessLog);
  }

  /**
   * With a token.
   *
   * @param newToken what every client must show
   * @return a changed copy
   */
  public HttpOptions withToken(@Nullable BearerToken newToken) {
    return new HttpOptions(address, newToken, tls, sharedPaths, limits, accessLog);
  }

  /**
   * With TLS.
   *
   * @param newTls the server's certificate and key
   * @return a changed copy
   */
  public HttpOptions withTls(@Nullable Tls newTls) {
    return new HttpOptions(address, token, newTls, sharedPaths, limits, accessLog);
  }

  /**
   * With the paths of files for clients that share the file system.
   *
   * @return a changed copy
   */
  public HttpOptions withSharedPaths() {
    return new HttpOptions(address, token, tls, true, limits, accessLog);
  }

  /**
   * With other limits.
   *
   * @param newLimits what one client may take
   * @return a changed copy
   */
  public HttpOptions withLimits(HttpLimits newLimits) {
    return new HttpOptions(address, token, tls, sharedPaths, newLimits, accessLog);
  }

  /**
   * With a log of requests: one event for each, of the logger {@code io.packice.http.access}, at the level INFO instead of DEBUG. It has no tokens,
   * no bodies, no queries, and of leases the beginning of their ids.
   *
   * @return a changed copy
   */
  public HttpOptions withAccessLog() {
    return new HttpOptions(address, token, tls, sharedPaths, limits, true);
  }
}
