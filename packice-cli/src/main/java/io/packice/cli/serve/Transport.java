package io.packice.cli.serve;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How clients reach a served peer. */
public enum Transport {
  /** A Unix socket of this host. */
  UDS,
  /** HTTP, also from other hosts. */
  HTTP;

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text as it was given
   * @return what it names
   */
  public static Transport parse(String text) {
    return Arrays.stream(values()).filter(transport -> transport.toString().equals(text)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Cannot serve over \"" + text + "\": unknown; choose "
            + Arrays.stream(values()).map(Transport::toString).collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
