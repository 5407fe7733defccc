package io.packice.transport.http;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a peer cannot be trusted, in words; what the JDK throws tells it by the classes of its causes. */
final class TlsTrouble {
  private static final Pattern NOT_TLS = Pattern.compile("(?i)unrecognized SSL message");

  private TlsTrouble() {
  }

  /** The reason and what to do; null if a failure has another reason, and may pass. */
  static @Nullable String of(Throwable failure) {
    String reason = null;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String more = reasonOf(each);
      reason = more == null ? reason : more; // the innermost knows best
    }
    return reason;
  }

  private static @Nullable String reasonOf(Throwable failure) {
    return switch (failure) {
      case CertificateExpiredException e -> "its certificate has expired (" + e.getMessage() + "); give it a new one";
      case CertificateNotYetValidException e ->
          "its certificate is not valid yet (" + e.getMessage() + "); compare the clocks of both hosts";
      case CertPathBuilderException _ -> untrusted();
      case CertPathValidatorException _ -> untrusted();
      case CertificateException e -> "its certificate is not for this address (" + e.getMessage()
          + "); connect by a name that it has, or give it one with this address";
      case SSLException e when NOT_TLS.matcher(String.valueOf(e.getMessage())).find() ->
          "it does not speak TLS; say http:// instead of https://";
      default -> null;
    };
  }

  private static String untrusted() {
    return "nobody whom this client trusts vouches for its certificate; trust it, or who signed it, by a PEM file"
        + " (--tls-trust FILE, HttpClientOptions.withTrusted)";
  }
}
