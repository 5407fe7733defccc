package io.packice.transport.http;

import io.packice.core.ErrorCode;
import java.net.InetAddress;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. With a token, whoever shows it. Without one, programs of this host: what a web page makes a browser send is refused, by its Origin,
 * and by a Host that is not this host's (DNS rebinding).
 */
final class Guard {
  private final @Nullable BearerToken token;

  Guard(@Nullable BearerToken token) {
    this.token = token;
  }

  /** Refuses who may not. */
  void check(Exchange exchange, Route.Access access) {
    if (token != null) {
      if (access != Route.Access.EVERYBODY
          && !token.isShownBy(exchange.headers().get(HttpHeader.AUTHORIZATION))) {
        Log.refusedToken(exchange.remote());
        exchange.header("WWW-Authenticate", "Bearer realm=\"packice\"");
        throw new Refusal.HttpRefusal(401, ErrorCode.NOT_PERMITTED,
            "Cannot do it: this peer asks for a token, and got none or a wrong one; send Authorization: Bearer TOKEN");
      }
      return;
    }
    String origin = exchange.headers().get(HttpHeader.ORIGIN);
    if (origin != null) {
      Log.refusedOrigin(exchange.remote(), origin);
      throw new Refusal.HttpRefusal(403, ErrorCode.NOT_PERMITTED,
          "Cannot do it for a web page; this peer has no token, and serves programs of this host only");
    }
    String host = Request.getServerName(exchange.request);
    if (!isLoopback(host)) {
      throw new Refusal.HttpRefusal(403, ErrorCode.NOT_PERMITTED, "Cannot do it for the host name " + host
          + "; this peer has no token, so call it localhost or by its loopback address");
    }
  }

  private static boolean isLoopback(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(name.startsWith("[") ? name.substring(1, name.length() - 1) : name)
          .isLoopbackAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }
}
