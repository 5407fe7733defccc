package io.packice.cli.doctor;

import io.packice.cli.command.Failures;
import io.packice.cli.command.GivenPath;
import io.packice.cli.serve.Settings;
import io.packice.core.PackiceException;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a peer needs to be served over HTTP, and what it should not be served without. */
final class HttpChecks {
  private static final long PROBE_BYTES = 1 << 20;
  private static final Duration SOON = Duration.ofDays(14);
  private static final Set<PosixFilePermission> OF_OTHERS = PosixFilePermissions.fromString("---r--r--");

  private final Settings settings;

  HttpChecks(Settings settings) {
    this.settings = settings;
  }

  /** None if it is not served so. */
  List<Check> all() {
    HttpOptions http = settings.http();
    if (http == null) {
      return List.of();
    }
    List<Check> checks = new ArrayList<>(List.of(listening(http), token(http)));
    HttpOptions.Tls tls = http.tls();
    if (tls != null) {
      checks.add(certificate(tls));
    } else if (!http.address().getAddress().isLoopbackAddress()) {
      checks.add(Check.warn("certificate", "none: whoever listens on the way sees the token and all objects",
          "--tls-cert and --tls-key, unless nobody else is on that network"));
    }
    return checks;
  }

  /** Does what serve would do, which tries the certificate too. */
  private static Check listening(HttpOptions http) {
    String where = http.address().getHostString() + ":" + http.address().getPort();
    try (MemoryPeer peer = MemoryPeer.create(PROBE_BYTES); HttpServer server = HttpServer.open(peer, http)) {
      return Check.ok("http", server.address().getScheme() + " can be served at " + where);
    } catch (PackiceException e) {
      String message = String.valueOf(e.getMessage());
      return message.toLowerCase(Locale.ROOT).contains("already in use")
          ? Check.warn("http", where + ": somebody listens there already",
              "nothing if it is this peer, which runs; otherwise another --http-address")
          : Check.fail("http", message, "another --http-address, --tls-cert or --tls-key");
    } catch (IllegalArgumentException e) {
      return Check.fail("http", String.valueOf(e.getMessage()), "another --tls-cert or --tls-key");
    }
  }

  private Check token(HttpOptions http) {
    boolean letsOthersIn = !(settings.access().uids().isEmpty() && settings.access().gids().isEmpty());
    if (http.token() == null) {
      return letsOthersIn ? Check.warn("token", "none: every user of this host may change all objects over HTTP,"
          + " though --allow-uid or --allow-gid let only some in", "--token-file")
          : Check.ok("token", "none: every user of this host may do all over HTTP");
    }
    Path file = path("token-file");
    return isOpen(file) ? Check.warn("token", file + " can be read by others", "chmod 600 " + file)
        : Check.ok("token", file + ", for its owner only");
  }

  private Check certificate(HttpOptions.Tls tls) {
    try (InputStream in = Files.newInputStream(tls.certificates())) {
      X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      Instant end = certificate.getNotAfter().toInstant();
      Duration left = Duration.between(Instant.now(), end);
      String found = tls.certificates() + " ends on " + end;
      if (left.isNegative()) {
        return Check.fail("certificate", found + ", which is over", "a new certificate, and a restart");
      }
      if (isOpen(tls.key())) {
        return Check.warn("certificate", tls.key() + ", its key, can be read by others", "chmod 600 " + tls.key());
      }
      return left.compareTo(SOON) < 0 ? Check.warn("certificate", found, "a new certificate, and a restart")
          : Check.ok("certificate", found);
    } catch (IOException e) {
      return Check.fail("certificate", tls.certificates() + ": " + Failures.reasonOf(e), "another --tls-cert");
    } catch (CertificateException e) {
      return Check.fail("certificate", tls.certificates() + ": " + e.getMessage(), "another --tls-cert");
    }
  }

  private @Nullable Path path(String setting) {
    String text = settings.served().httpTexts().get(setting);
    return text == null ? null : GivenPath.of(text);
  }

  private static boolean isOpen(@Nullable Path file) {
    try {
      return file != null && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }
}
