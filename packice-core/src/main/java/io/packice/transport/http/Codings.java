package io.packice.transport.http;

import io.packice.core.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Refuses bodies in a form that nobody here undoes, or would remember: what is stored is what a reader gets, without a word on its form. */
final class Codings {
  private Codings() {
  }

  static void check(HttpFields headers) {
    for (String coding : listed(headers, HttpHeader.TRANSFER_ENCODING)) {
      if (!coding.equals("chunked")) { // RFC 9112, 6.1
        throw new Refusal.HttpRefusal(501, ErrorCode.INVALID_REQUEST, "Cannot undo the transfer coding "
            + coding + "; send the body as it is, or chunked");
      }
    }
    for (String coding : listed(headers, HttpHeader.CONTENT_ENCODING)) {
      if (!coding.equals("identity")) { // RFC 9110, 8.4
        throw new Refusal.HttpRefusal(415, ErrorCode.INVALID_REQUEST, "Cannot take content that is encoded as "
            + coding + "; send it as it is, and without Content-Encoding what is to be stored compressed");
      }
    }
  }

  private static List<String> listed(HttpFields headers, HttpHeader name) {
    return headers.getValuesList(name).stream().flatMap(value -> Stream.of(value.split(",")))
        .map(coding -> coding.strip().toLowerCase(Locale.ROOT)).filter(coding -> !coding.isEmpty()).toList();
  }
}
