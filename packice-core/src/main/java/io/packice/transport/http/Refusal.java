package io.packice.transport.http;

import io.packice.core.ErrorCode;
import io.packice.core.PackiceException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;

/**
 * How a failure is answered.
 *
 * @param status the HTTP status
 * @param code what a program looks at
 * @param message what a person reads
 */
record Refusal(int status, ErrorCode code, String message) {
  /** A refusal that only HTTP has. */
  static final class HttpRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final ErrorCode code;

    HttpRefusal(int status, ErrorCode code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  static HttpRefusal badRequest(String message) {
    return new HttpRefusal(400, ErrorCode.INVALID_REQUEST, message);
  }

  static HttpRefusal tooLarge(String message) {
    return new HttpRefusal(413, ErrorCode.INVALID_REQUEST, message);
  }

  static Refusal of(Throwable failure) {
    return switch (failure) {
      case HttpRefusal refusal -> new Refusal(refusal.status, refusal.code, String.valueOf(refusal.getMessage()));
      case PackiceException refusal -> new Refusal(status(refusal.code()), refusal.code(), refusal.getMessage());
      case IllegalArgumentException e -> new Refusal(400, ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
      case IllegalStateException e -> new Refusal(503, ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()));
      case HttpException e ->
          new Refusal(e.getCode(), codeOf(e.getCode()), "Cannot read the request: " + e.getReason());
      case TimeoutException _ -> new Refusal(408, ErrorCode.UNAVAILABLE,
          "Cannot wait for the rest of the request any longer; send it without pauses");
      case IOException _ -> new Refusal(400, ErrorCode.INVALID_REQUEST,
          "Cannot read the request: its connection broke in the middle of it");
      default -> new Refusal(500, ErrorCode.UNAVAILABLE, "Cannot answer: the peer failed unexpectedly, see its log");
    };
  }

  /** Whether nobody foresaw it. */
  boolean isUnexpected() {
    return status == 500 && code == ErrorCode.UNAVAILABLE;
  }

  static ErrorCode codeOf(int status) {
    return switch (status) {
      case 401, 403 -> ErrorCode.NOT_PERMITTED;
      case 404 -> ErrorCode.NOT_FOUND;
      case 408, 503 -> ErrorCode.UNAVAILABLE;
      default -> ErrorCode.INVALID_REQUEST;
    };
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_REQUEST -> 400;
      case NOT_PERMITTED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, NOT_SEALED, OUTCOME_UNKNOWN -> 409;
      case LEASE_EXPIRED -> 410;
      case STILL_MAPPED -> 423;
      case STORAGE_FAILED -> 500;
      case UNAVAILABLE -> 503;
      case CAPACITY_EXCEEDED -> 507;
    };
  }
}
