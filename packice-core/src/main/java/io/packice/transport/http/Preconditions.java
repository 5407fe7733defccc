package io.packice.transport.http;

import io.packice.core.ErrorCode;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The conditions of a request (RFC 9110, 13). There are entity tags and no dates: what asks for dates is ignored. */
final class Preconditions {
  enum Outcome {
    GO_ON, NOT_MODIFIED, FAILED
  }

  private Preconditions() {
  }

  /** For GET and HEAD of something that has a strong entity tag. */
  static Outcome evaluate(HttpFields headers, String etag) {
    List<String> match = tags(headers, HttpHeader.IF_MATCH);
    if (!match.isEmpty() && !match.contains("*") && !match.contains(etag)) {
      return Outcome.FAILED;
    }
    List<String> noneMatch = tags(headers, HttpHeader.IF_NONE_MATCH);
    boolean matches = noneMatch.contains("*") || noneMatch.contains(etag) || noneMatch.contains("W/" + etag);
    return matches ? Outcome.NOT_MODIFIED : Outcome.GO_ON;
  }

  static List<String> tags(HttpFields headers, HttpHeader name) {
    return headers.getValuesList(name).stream().flatMap(value -> Stream.of(value.split(","))).map(String::strip)
        .toList();
  }

  static Refusal.HttpRefusal failed(String why) {
    return new Refusal.HttpRefusal(412, ErrorCode.INVALID_REQUEST,
        "Cannot do it under the condition of the request: " + why + "; look at it anew");
  }
}
