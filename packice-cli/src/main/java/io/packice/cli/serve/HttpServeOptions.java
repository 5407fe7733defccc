package io.packice.cli.serve;

import io.packice.transport.http.BearerToken;
import io.packice.transport.http.HttpOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to serve over HTTP, as it was said. */
final class HttpServeOptions {
  @Option(names = "--http-address", paramLabel = "HOST:PORT", order = 15,
      description = "http: where to listen (default: 127.0.0.1:7225). An address that other hosts reach needs --token-file.") private @Nullable String address;

  @Option(names = "--token-file", paramLabel = "FILE", order = 16,
      description = "http: a file with the token that every client must show (openssl rand -hex 32 makes one).") private @Nullable Path tokenFile;

  @Option(names = "--tls-cert", paramLabel = "FILE", order = 17,
      description = "http: the certificate, and behind it those that vouch for it (PEM); makes it https.") private @Nullable Path tlsCert;

  @Option(names = "--tls-key", paramLabel = "FILE", order = 18,
      description = "http: the certificate's key (PEM, PKCS #8, no password).") private @Nullable Path tlsKey;

  @Option(names = "--shared-paths", order = 19, arity = "0..1", fallbackValue = "true",
      description = "http: tell clients the paths of files, which those that share the file system open themselves.") private boolean sharedPaths;

  @Mixin private final HttpLimitOptions limits = new HttpLimitOptions();

  @Option(names = "--access-log", order = 25, arity = "0..1", fallbackValue = "true",
      description = "http: log every request; otherwise only at --log-level debug.") private boolean accessLog;

  /** The first of these that was said; null if none was. */
  @Nullable
  String said(boolean isTokenOurs) {
    Map<String, Boolean> said = new LinkedHashMap<>();
    said.put("http-address", address != null);
    said.put("token-file", tokenFile != null && isTokenOurs);
    said.put("tls-cert", tlsCert != null);
    said.put("tls-key", tlsKey != null);
    said.put("shared-paths", sharedPaths);
    said.putAll(limits.said());
    said.put("access-log", accessLog);
    return said.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).findFirst().orElse(null);
  }

  /** All of them together; reads the token. */
  HttpOptions options() {
    HttpOptions options = HttpOptions.DEFAULT.withLimits(limits.limits());
    if (accessLog) {
      options = options.withAccessLog();
    }
    if (tokenFile != null) {
      options = options.withToken(BearerToken.read(tokenFile));
    }
    if (address != null) {
      options = options.withAddress(parse(address));
    }
    if (tlsCert != null && tlsKey != null) {
      options = options.withTls(new HttpOptions.Tls(tlsCert, tlsKey));
    } else if (tlsCert != null || tlsKey != null) {
      throw new ServeOptions.MisuseException(tlsCert == null ? "tls-key" : "tls-cert",
          "needs the other one: say both --tls-cert and --tls-key");
    }
    return sharedPaths ? options.withSharedPaths() : options;
  }

  /** Each setting as it could be written in a file. */
  static Map<String, @Nullable String> texts(@Nullable HttpOptions options, HttpServeOptions said) {
    Map<String, @Nullable String> texts = new LinkedHashMap<>();
    texts.put("http-address", options == null ? null : text(options.address()));
    texts.put("token-file", options == null || said.tokenFile == null ? null : said.tokenFile.toString());
    texts.put("tls-cert", said.tlsCert == null ? null : said.tlsCert.toString());
    texts.put("tls-key", said.tlsKey == null ? null : said.tlsKey.toString());
    texts.put("shared-paths", options == null ? null : String.valueOf(options.sharedPaths()));
    texts.putAll(HttpLimitOptions.texts(options == null ? null : options.limits()));
    texts.put("access-log", options == null ? null : String.valueOf(options.accessLog()));
    return texts;
  }

  private static String text(InetSocketAddress address) {
    String host = address.getHostString();
    boolean isBare = host.contains(":") && !host.startsWith("[");
    return (isBare ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private static InetSocketAddress parse(String text) {
    try {
      URI uri = URI.create("http://" + text);
      if (uri.getHost() != null && uri.getPort() >= 0 && uri.getRawAuthority().equals(text)) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
      }
    } catch (IllegalArgumentException notOfThisForm) {
      throw new IllegalArgumentException(form(text), notOfThisForm);
    }
    throw new IllegalArgumentException(form(text));
  }

  private static String form(String text) {
    return "Cannot listen on \"" + text + "\"; give HOST:PORT, such as 127.0.0.1:7225 or [::1]:7225";
  }
}
