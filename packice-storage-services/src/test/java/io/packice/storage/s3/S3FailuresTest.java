package io.packice.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.storage.AbsentException;
import io.packice.storage.ChangedException;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeException;
import io.packice.storage.UnavailableException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What each refusal of the service becomes. */
class S3FailuresTest {
  @ParameterizedTest
  @CsvSource({"400, ExpiredToken, read, denied, the token has expired",
      "403, AccessDenied, read, denied, refuses these keys",
      "403, SignatureDoesNotMatch, write, denied, refuses these keys",
      "404, NoSuchKey, read, absent, no such node", "404, NoSuchBucket, read, absent, no such bucket",
      "412, PreconditionFailed, read, changed, changed meanwhile",
      "412, PreconditionFailed, write, exists, there already", "416, InvalidRange, read, changed, shorter than it was",
      "503, SlowDown, write, passing, busy", "500, InternalError, read, passing, busy",
      "429, TooManyRequests, read, passing, busy", "400, RequestTimeout, write, passing, busy",
      "501, NotImplemented, write, lasting, look at the settings"})
  void isOneOfTheFamily(int status, String code, String verb, String kind, String says) {
    S3Exception said =
        (S3Exception) S3Exception.builder().statusCode(status).message("AKIAKEY and https://secret.example")
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("AKIAKEY").build()).build();
    NodeException failure = S3Failures.of(verb, "s3:x", said);
    assertThat(kind(failure)).isEqualTo(kind);
    assertThat(failure.getMessage()).startsWith("Cannot " + verb + " s3:x: ")
        .contains(says, String.valueOf(status), code, "; ").doesNotContain("AKIA", "secret");
  }

  private static String kind(NodeException failure) {
    return switch (failure) {
      case AbsentException _ -> "absent";
      case DeniedException _ -> "denied";
      case ExistsException _ -> "exists";
      case ChangedException _ -> "changed";
      case UnavailableException e -> e.isPassing() ? "passing" : "lasting";
      default -> failure.toString();
    };
  }
}
