package io.packice.storage.http;

import io.packice.storage.AbsentException;
import io.packice.storage.ChangedException;
import io.packice.storage.DeniedException;
import io.packice.storage.NodeException;
import io.packice.storage.OpenContext;
import io.packice.storage.UnavailableException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the server. Redirections are followed by hand, so that the token goes to nobody else and HTTPS stays HTTPS. */
final class Requests {
  private static final int REDIRECTIONS = 5;

  private final HttpSettings settings;
  private final OpenContext context;
  private final URI root;

  Requests(HttpSettings settings, OpenContext context) {
    this.settings = settings;
    this.context = context;
    String url = settings.url().toString();
    this.root = URI.create(url.endsWith("/") ? url : url + "/");
  }

  URI root() {
    return root;
  }

  URI address(String path) {
    return URI.create(root + encoded(path));
  }

  /** The parts of a path as a URL has them. */
  static String encoded(String path) {
    StringBuilder url = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~/".indexOf(c) >= 0)) {
        url.append(c);
      } else {
        url.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return url.toString();
  }

  /** Sends a request; the answer's status is one that is fine, or this throws. The caller reads the answer to its end, or disconnects. */
  HttpURLConnection send(String method, String path, Map<String, String> headers) {
    try {
      URI at = address(path);
      for (int hop = 0; hop <= REDIRECTIONS; hop++) {
        HttpURLConnection connection = open(method, at, headers);
        int status = connection.getResponseCode();
        if (status / 100 != 3 || status == HttpURLConnection.HTTP_NOT_MODIFIED) {
          return checked(connection, status, path);
        }
        at = next(connection, at, path);
      }
      throw new UnavailableException("Cannot read " + context.name(path) + ": the server redirects more than "
          + REDIRECTIONS + " times; look at it", false, null);
    } catch (IOException e) {
      throw unreachable(path, e);
    }
  }

  UnavailableException unreachable(String path, IOException e) {
    return new UnavailableException(
        "Cannot read " + context.name(path) + ": its server does not answer (" + e.getClass().getSimpleName()
            + "); look at the network and the server",
        true, e);
  }

  private HttpURLConnection open(String method, URI at, Map<String, String> headers) throws IOException {
    URLConnection any = at.toURL().openConnection();
    if (!(any instanceof HttpURLConnection connection)) {
      throw new IOException("no HTTP");
    }
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(settings.patience());
    connection.setReadTimeout(settings.patience());
    connection.setRequestProperty("Accept-Encoding", "identity");
    headers.forEach(connection::setRequestProperty);
    if (settings.token() != null && isOurs(at)) {
      connection.setRequestProperty("Authorization", "Bearer " + settings.token().reveal());
    }
    return connection;
  }

  private boolean isOurs(URI at) {
    return root.getScheme().equals(at.getScheme()) && root.getHost().equalsIgnoreCase(at.getHost())
        && root.getPort() == at.getPort();
  }

  private URI next(HttpURLConnection connection, URI at, String path) {
    String location = connection.getHeaderField("Location");
    connection.disconnect();
    URI to = location == null ? null : resolved(at, location);
    boolean isSafe = to != null && ("https".equals(to.getScheme())
        || List.of("http", "http").equals(List.of(at.getScheme(), String.valueOf(to.getScheme()))));
    if (to == null || !isSafe) {
      throw new DeniedException(
          "Cannot read " + context.name(path) + ": the server redirects to where it cannot be followed; look at it");
    }
    return to;
  }

  private static @Nullable URI resolved(URI at, String location) {
    try {
      return at.resolve(location);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private HttpURLConnection checked(HttpURLConnection connection, int status, String path) {
    if (status == HttpURLConnection.HTTP_OK || status == HttpURLConnection.HTTP_PARTIAL) {
      return connection;
    }
    connection.disconnect();
    throw refusal(status, path);
  }

  private NodeException refusal(int status, String path) {
    String begin = "Cannot read " + context.name(path) + ": ";
    return switch (status) {
      case 404, 410 -> new AbsentException(begin + "the server has no such file (" + status + "); look at the listing");
      case 401, 403, 407 -> new DeniedException(begin + "the server refuses (" + status + "); look at the token");
      case 412, 416 -> new ChangedException(begin + "it was changed meanwhile (" + status + "); begin anew");
      case 408, 425, 429, 500, 502, 503, 504 ->
          new UnavailableException(begin + "the server answers " + status + "; try again later", true, null);
      default -> new UnavailableException(begin + "the server answers " + status + "; look at it", false, null);
    };
  }
}
