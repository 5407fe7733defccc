package io.packice.cli.serve;

import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Durations;

import io.packice.transport.http.HttpLimits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What one client of HTTP may take, as it was said. */
final class HttpLimitOptions {
  private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);

  @Option(names = "--http-header-limit", paramLabel = "SIZE", order = 20,
      description = "http: the longest head of a request, 1k to 1m (default: 16k).") private @Nullable ByteSize headerLimit;

  @Option(names = "--http-body-limit", paramLabel = "SIZE", order = 21,
      description = "http: the longest blob or form that a request may carry; otherwise what the peer has room for.") private @Nullable ByteSize bodyLimit;

  @Option(names = "--http-connections", paramLabel = "NUMBER", order = 22,
      description = "http: the most connections at a time (default: 2048). When there are so many, those that are idle for a second make"
          + " room.") private @Nullable Integer connections;

  @Option(names = "--http-idle", paramLabel = "DURATION", order = 23,
      description = "http: how long a connection may be silent, at least 1s (default: 30s). A head may take twice as long.") private @Nullable Duration idle;

  @Option(names = "--http-min-rate", paramLabel = "SIZE", order = 24, converter = MinRate.class,
      description = "http: what a body must move in a second, on average over --http-idle (default: 1k); 0 for as little as it"
          + " likes.") private @Nullable Long minRate;

  /** Bytes a second; none is a number here. */
  static final class MinRate implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return text.strip().equals("0") ? 0L : ByteSize.parse(text).bytes();
    }
  }

  /** Which of these were said. */
  Map<String, Boolean> said() {
    Map<String, Boolean> said = new LinkedHashMap<>();
    said.put("http-header-limit", headerLimit != null);
    said.put("http-body-limit", bodyLimit != null);
    said.put("http-connections", connections != null);
    said.put("http-idle", idle != null);
    said.put("http-min-rate", minRate != null);
    return said;
  }

  /** All of them together. */
  HttpLimits limits() {
    HttpLimits limits = HttpLimits.DEFAULT;
    if (headerLimit != null) {
      limits = limits.withHeaderBytes(Math.clamp(headerLimit.bytes(), 0, Integer.MAX_VALUE));
    }
    if (bodyLimit != null) {
      limits = limits.withBodyBytes(bodyLimit.bytes());
    }
    if (connections != null) {
      limits = limits.withConnections(connections);
    }
    if (idle != null) {
      if (idle.compareTo(SHORTEST_IDLE) < 0) {
        throw new ServeOptions.MisuseException("http-idle",
            "(" + Durations.format(idle) + ") ends connections that are in use: give at least "
                + Durations.format(SHORTEST_IDLE));
      }
      limits = limits.withIdle(idle);
    }
    return minRate == null ? limits : limits.withMinBytesPerSecond(minRate);
  }

  /** Each as it could be written in a file; null where it does not apply. */
  static Map<String, @Nullable String> texts(@Nullable HttpLimits limits) {
    Map<String, @Nullable String> texts = new LinkedHashMap<>();
    if (limits == null) {
      new HttpLimitOptions().said().keySet().forEach(name -> texts.put(name, null));
      return texts;
    }
    texts.put("http-header-limit", new ByteSize(limits.headerBytes()).exact());
    texts.put("http-body-limit",
        limits.bodyBytes() == Long.MAX_VALUE ? null : new ByteSize(limits.bodyBytes()).exact());
    texts.put("http-connections", String.valueOf(limits.connections()));
    texts.put("http-idle", Durations.exact(limits.idle()));
    texts.put("http-min-rate",
        limits.minBytesPerSecond() == 0 ? "0" : new ByteSize(limits.minBytesPerSecond()).exact());
    return texts;
  }
}
