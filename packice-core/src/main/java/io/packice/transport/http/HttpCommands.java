package io.packice.transport.http;

import io.packice.core.InvalidRequestException;
import io.packice.core.NotPermittedException;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sends commands and reads their answers, by the JDK's HTTP client. Safe from any thread. */
final class HttpCommands implements AutoCloseable {
  /** What a peer may take for an answer beyond the time that it is silent: it may wait for a seal. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What the JDK says of a connection that ends before the first byte of an answer, or answers with something else than HTTP. */
  private static final Pattern NO_HTTP = Pattern.compile("header parser received no bytes|status line");
  private static final int UNAUTHORIZED = 401;

  private final URI peer;
  private final HttpClientOptions options;
  private final HttpClient http;

  HttpCommands(URI peer, SSLContext tls, HttpClientOptions options) {
    this.peer = peer;
    this.options = options;
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls)
        .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(options.timeout()).build();
  }

  Response get(String path) {
    return call("GET", path, null);
  }

  Response post(String path, Request body) {
    return call("POST", path, body);
  }

  /**
   * Sends a command.
   *
   * @throws PackiceException what the peer refuses; UNAVAILABLE if it cannot be reached
   */
  private Response call(String method, String path, @Nullable Request body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(peer + path))
        .timeout(options.timeout().plus(PATIENCE)).method(method,
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(Wire.encode(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    BearerToken token = options.token();
    if (token != null) {
      request.header("Authorization", token.header());
    }
    return send(request.build());
  }

  private Response send(HttpRequest request) {
    IOException last = null;
    boolean mayBeDone = false;
    for (int attempt = 0; attempt < options.attempts(); attempt++) {
      try {
        BulkPool.pause(attempt);
        return read(http.send(request, BodyHandlers.ofByteArray()), mayBeDone);
      } catch (IOException e) {
        String untrusted = TlsTrouble.of(e);
        if (untrusted != null) {
          throw unavailable(untrusted, e); // the next attempt would end the same
        }
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
        mayBeDone |= !(e instanceof ConnectException);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unavailable("this thread was interrupted", e);
      }
    }
    throw unavailable(describe(last), last);
  }

  private static String describe(@Nullable IOException failure) {
    if (failure instanceof ConnectException && failure.getCause() instanceof ConnectException unresolved
        && unresolved.getCause() instanceof UnresolvedAddressException) {
      return "there is no host of this name; check the address";
    }
    if (failure instanceof ConnectException) {
      return "nobody listens there; start a peer with: packice serve --transport http";
    }
    String why = failure == null ? "" : String.valueOf(failure.getMessage());
    return NO_HTTP.matcher(why).find() ? "what answers there does not speak HTTP; if it speaks TLS, say https://"
        : why + "; see whether the peer lives, and try again";
  }

  private PeerUnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new PeerUnavailableException("Cannot reach the peer at " + peer + ": " + why, cause);
  }

  private Response read(HttpResponse<byte[]> answer, boolean mayBeDone) throws IOException {
    Response response;
    try {
      response = Wire.response(answer.body());
    } catch (InvalidRequestException noMessage) {
      throw new IOException("it answered with status " + answer.statusCode() + " and no message of Packice's",
          noMessage);
    }
    PackiceException refusal = response.toException();
    if (refusal != null && answer.statusCode() == UNAUTHORIZED) {
      throw new NotPermittedException("Cannot use the peer at " + peer + ": it "
          + (options.token() == null ? "asks for a token, and this client has none; give it one"
              : "does not take this client's token; give the one that the peer has")
          + " (--token-file FILE, HttpClientOptions.withToken)", refusal);
    }
    if (refusal != null && !(mayBeDone && isSignOfSuccess(refusal, answer.request()))) {
      throw refusal;
    }
    if (refusal == null && answer.statusCode() >= 300) {
      throw new IOException("it answered with status " + answer.statusCode());
    }
    return response;
  }

  /** A refusal that says that an earlier attempt, whose answer was lost, has done it. */
  private static boolean isSignOfSuccess(PackiceException refusal, HttpRequest request) {
    String path = request.uri().getPath();
    return switch (refusal.code()) {
      case NOT_PERMITTED -> path.endsWith("/seal");
      case LEASE_EXPIRED -> path.endsWith("/discard");
      default -> false;
    };
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
