package io.packice.storage.s3;

import io.packice.storage.AbsentException;
import io.packice.storage.ChangedException;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeException;
import io.packice.storage.UnavailableException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the service or its SDK says, as the family of storage; never in their words, which may have keys and addresses. */
final class S3Failures {
  private static final Set<String> TOKENS =
      Set.of("ExpiredToken", "InvalidToken", "TokenRefreshRequired", "RequestExpired");
  private static final Set<String> PASSING =
      Set.of("RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "Throttling");

  private S3Failures() {
  }

  static NodeException of(String verb, String node, SdkException e) {
    String begin = "Cannot " + verb + " " + node + ": ";
    if (!(e instanceof AwsServiceException service)) {
      boolean keys =
          String.valueOf(e.getMessage()).contains("redential") || String.valueOf(e.getMessage()).contains("region");
      return keys && e instanceof SdkClientException
          ? new DeniedException(
              begin + "no keys, or no region, are to be had; set access-key and secret-key, and region", e)
          : new UnavailableException(
              begin + "the service does not answer (" + reason(e) + "); look at the network and the endpoint", true, e);
    }
    String code = service.awsErrorDetails() == null ? "" : String.valueOf(service.awsErrorDetails().errorCode());
    int status = service.statusCode();
    String said = " (" + status + (code.isEmpty() || code.equals("null") ? "" : " " + code) + ")";
    if (TOKENS.contains(code)) {
      return new DeniedException(begin + "the token has expired" + said + "; get another one", e);
    } else if (PASSING.contains(code) || (status >= 500 && status != 501) || status == 429) {
      return new UnavailableException(begin + "the service is busy" + said + "; try again later", true, e);
    }
    return switch (status) {
      case 404 -> new AbsentException(
          begin + ("NoSuchBucket".equals(code) ? "there is no such bucket" : "there is no such node") + said
              + "; look at the listing",
          e);
      case 401, 403 ->
          new DeniedException(begin + "the service refuses these keys" + said + "; look at them and their rights", e);
      case 409, 412 ->
          "write".equals(verb) ? new ExistsException(begin + "it is there already" + said + "; choose another name", e)
              : new ChangedException(begin + "it was changed meanwhile" + said + "; begin anew", e);
      case 416 -> new ChangedException(begin + "it is shorter than it was" + said + "; begin anew", e);
      default -> new UnavailableException(begin + "the service refuses" + said + "; look at the settings", false, e);
    };
  }

  private static String reason(Throwable e) {
    Throwable last = e;
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      last = cause;
    }
    return last.getClass().getSimpleName();
  }
}
