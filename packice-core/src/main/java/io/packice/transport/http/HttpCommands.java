package io.packice.transport.http;

import io.packice.core.InvalidRequestException;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.OutcomeUnknownException;
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
import java.util.Set;
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
  /** The answer to a repetition whose first is not done yet. */
  private static final int STILL_AT_IT = 202;
  /** Not found, not allowed, not implemented. */
  private static final Set<Integer> NO_SUCH_PATH = Set.of(404, 405, 501);
  private static final String WHY_UNKNOWN =
      "the answer was lost, and the peer was started anew since, or has forgotten it";

  private final URI peer;
  private final HttpClientOptions options;
  private final HttpClient http;
  private volatile @Nullable String moment; // the last that the peer has said

  /** What is made of an answer. */
  @FunctionalInterface
  private interface Reading<T extends @Nullable Object> {
    T of(HttpResponse<byte[]> answer) throws IOException;
  }

  HttpCommands(URI peer, SSLContext tls, HttpClientOptions options) {
    this.peer = peer;
    this.options = options;
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls)
        .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(options.timeout()).build();
  }

  URI peer() {
    return peer;
  }

  Response get(String path) {
    return call(request("GET", path, null), null, this::read);
  }

  /** Whether there is such a path, which answers as a peer does. False if the peer says that it has none, as what is no peer says, too. */
  boolean has(String path) {
    return call(request("GET", path, null), null, answer -> {
      if (NO_SUCH_PATH.contains(answer.statusCode())) {
        return false;
      }
      Response _ = read(answer);
      return true;
    });
  }

  /**
   * Asks once, somebody who would not know a repetition. Refusals are answers.
   *
   * @throws PeerUnavailableException if there is no answer, or none of the protocol
   */
  Response once(Request<?> body) {
    try {
      HttpResponse<byte[]> answer = http.send(request("POST", path(body), body), BodyHandlers.ofByteArray());
      Response response = message(answer);
      if (answer.statusCode() >= 300 && response.refusal() == null) {
        throw new IOException("it answered with status " + answer.statusCode());
      }
      return response;
    } catch (IOException e) {
      throw unavailable(describe(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("this thread was interrupted", e);
    }
  }

  /** Asks for something that may be done again if nobody can tell whether it was: it concerns a lease. */
  Response post(Request<?> body) {
    return call(named(path(body), body), null, this::read);
  }

  /** The same of a path that peers of an earlier version do not have: null is their answer. */
  @Nullable
  Response postIfKnown(String path, Request<?> body) {
    return this.<@Nullable Response>call(named(path, body), null,
        answer -> NO_SUCH_PATH.contains(answer.statusCode()) ? null : read(answer));
  }

  /**
   * Asks for a change that must not be made twice.
   *
   * @param what it is, such as {@code x was sealed}
   * @param look what to look at if nobody can tell whether it was made
   * @throws OutcomeUnknownException if so
   */
  void change(Request<?> body, String what, String look) {
    Response _ = call(named(path(body), body), new Change(what, look), this::read);
  }

  /** What is said of a change of which nobody can tell whether it was made. */
  private record Change(String what, String look) {
    OutcomeUnknownException unknown(String why, @Nullable Throwable cause) {
      return new OutcomeUnknownException("Cannot tell whether " + what + ": " + why + "; " + look, cause);
    }
  }

  private static String path(Request<?> request) {
    return "/" + request.command().name();
  }

  private HttpRequest named(String path, Request<?> body) {
    return request("POST", path, body.named(ObjectId.random().value()));
  }

  private HttpRequest request(String method, String path, @Nullable Request<?> body) {
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
    return request.build();
  }

  /**
   * Sends a command, until there is an answer. A peer that has the request already, and is at work for it, is asked for as long as it takes.
   *
   * @throws PackiceException what the peer refuses; UNAVAILABLE if it cannot be reached; OUTCOME_UNKNOWN if it may have made the change before
   */
  private <T extends @Nullable Object> T call(HttpRequest request, @Nullable Change change, Reading<T> reading) {
    String before = moment;
    IOException last = null;
    boolean mayBeDone = false;
    for (int attempt = 0; attempt < options.attempts(); attempt++) {
      try {
        BulkPool.pause(attempt);
        HttpResponse<byte[]> answer = http.send(mayBeDone ? repeated(request, before) : request,
            BodyHandlers.ofByteArray());
        answer.headers().firstValue(Repetitions.MOMENT).ifPresent(now -> moment = now);
        if (answer.statusCode() == STILL_AT_IT) {
          attempt = -1;
          continue;
        }
        return reading.of(answer);
      } catch (OutcomeUnknownException unknown) {
        throw change == null ? unknown : change.unknown(WHY_UNKNOWN, unknown);
      } catch (IOException e) {
        String untrusted = TlsTrouble.of(e);
        if (untrusted != null && !mayBeDone) {
          throw unavailable(untrusted, e); // the next attempt would end the same
        }
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
        mayBeDone |= !(e instanceof ConnectException);
        if (mayBeDone && change != null && before == null) {
          break; // a peer that says no moment remembers nothing
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw change == null ? unavailable("this thread was interrupted", e)
            : change.unknown("this thread was interrupted while it waited for the answer of " + peer, e);
      }
    }
    throw change != null && mayBeDone
        ? change.unknown("the peer at " + peer + " gave no answer (" + describe(last) + ")", last)
        : unavailable(describe(last), last);
  }

  private static HttpRequest repeated(HttpRequest request, @Nullable String before) {
    return before == null ? request
        : HttpRequest.newBuilder(request, (_, _) -> true).header(Repetitions.REPEATS, before).build();
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

  PeerUnavailableException unavailable(String why, @Nullable Throwable cause) {
    return new PeerUnavailableException("Cannot reach the peer at " + peer + ": " + why, cause);
  }

  private static Response message(HttpResponse<byte[]> answer) throws IOException {
    try {
      return Wire.response(answer.body());
    } catch (InvalidRequestException noMessage) {
      throw new IOException("it answered with status " + answer.statusCode() + " and no message of Packice's",
          noMessage);
    }
  }

  private Response read(HttpResponse<byte[]> answer) throws IOException {
    Response response = message(answer);
    PackiceException refusal = response.toException();
    if (refusal != null && answer.statusCode() == UNAUTHORIZED) {
      throw new NotPermittedException("Cannot use the peer at " + peer + ": it "
          + (options.token() == null ? "asks for a token, and this client has none; give it one"
              : "does not take this client's token; give the one that the peer has")
          + " (--token-file FILE, HttpClientOptions.withToken)", refusal);
    }
    if (refusal != null) {
      throw refusal;
    }
    if (answer.statusCode() >= 300) {
      throw new IOException("it answered with status " + answer.statusCode());
    }
    return response;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
