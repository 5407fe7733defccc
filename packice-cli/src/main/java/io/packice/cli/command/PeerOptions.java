package io.packice.cli.command;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.transport.http.BearerToken;
import io.packice.transport.http.HttpClientOptions;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which peer a command talks to, and what it shows of itself there. */
final class PeerOptions {
  @Option(names = "--peer", paramLabel = "ADDRESS", order = 80,
      description = "The peer, also of another host: http://HOST:PORT, https://HOST:PORT, or the path of a Unix socket; otherwise --socket,"
          + " otherwise $$PACKICE_PEER, otherwise as without --socket.") private @Nullable String peer;

  @Option(names = "--token-file", paramLabel = "FILE", order = 81,
      description = "http: a file with the token that the peer asks for; otherwise $$PACKICE_TOKEN_FILE.") private @Nullable Path tokenFile;

  @Option(names = "--tls-trust", paramLabel = "FILE", order = 82,
      description = "https: certificates (PEM) of whom to trust to vouch for the peer's; otherwise $$PACKICE_TLS_TRUST, otherwise those that"
          + " Java trusts.") private @Nullable Path tlsTrust;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * The peer's address.
   *
   * @param socket what {@code --socket} says; null if nothing
   */
  String address(@Nullable String socket, Console console) {
    if (peer != null && socket != null) {
      throw misuse("--peer and --socket both say where the peer is; give one of them");
    }
    return peer != null ? peer : socket != null ? socket : Packice.defaultAddress(console.environment());
  }

  /** Connects to a peer; the caller closes the client. */
  PackiceClient connect(String address, Console console) {
    refuse(address.isBlank(), "the peer's address is empty; give the path of its socket, or http://HOST:PORT");
    String scheme = address.toLowerCase(Locale.ROOT).replaceFirst("://.*", "");
    refuse(scheme.equals("memory"), address + " lives within one process, so no other one can reach it");
    boolean isSecure = scheme.equals("https");
    boolean isHttp = isSecure || scheme.equals("http");
    refuse(tokenFile != null && !isHttp, "--token-file is for HTTP: add --peer http://HOST:PORT");
    refuse(tlsTrust != null && !isSecure, "--tls-trust is for TLS: add --peer https://HOST:PORT");
    if (!isHttp) {
      return Packice.connect(address);
    }
    HttpClientOptions options = HttpClientOptions.DEFAULT;
    Path token = tokenFile != null ? tokenFile : path(console.variable("PACKICE_TOKEN_FILE"));
    if (token != null) {
      options = options.withToken(BearerToken.read(token));
    }
    Path trusted = tlsTrust != null ? tlsTrust : path(console.variable("PACKICE_TLS_TRUST"));
    return Packice.connect(address, isSecure ? options.withTrusted(trusted) : options);
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : GivenPath.of(text);
  }

  private void refuse(boolean isWrong, String why) {
    if (isWrong) {
      throw misuse(why);
    }
  }

  private ParameterException misuse(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
