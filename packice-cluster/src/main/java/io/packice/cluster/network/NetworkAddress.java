package io.packice.cluster.network;

import io.packice.cluster.ring.Ring;
import io.packice.cluster.state.NetworkRecord;
import io.packice.cluster.state.StateFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind {@code network:}: the name of a network whose file is in a folder of state, or the addresses of peers.
 *
 * @param settings what a client has to know
 * @param state where counts are kept; null for a list of addresses, which has no file
 */
record NetworkAddress(NetworkSettings settings, @Nullable StateFolder state) {
  static final String SCHEME = "network";

  private static final String FORMS =
      "; give network:NAME, or network:ADDRESS,ADDRESS?replicas=2&vnodes=128&strict=false";

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it has none of the forms
   * @throws io.packice.core.NotFoundException if there is no network of that name
   * @throws io.packice.core.StorageException if its file is damaged
   */
  static NetworkAddress parse(String address, Map<String, String> environment) {
    String rest = address.substring(SCHEME.length() + 1);
    int mark = rest.indexOf('?');
    String what = mark < 0 ? rest : rest.substring(0, mark);
    Options options = new Options(address, mark < 0 ? "" : rest.substring(mark + 1));
    if (!what.matches(".*[,/:].*")) {
      StateFolder state =
          options.state == null ? StateFolder.usual(environment) : StateFolder.at(Path.of(options.state));
      return new NetworkAddress(NetworkSettings.of(state.network(what)), state);
    }
    List<NetworkSettings.Member> members = new ArrayList<>();
    for (String each : what.split(",", -1)) {
      if (each.isBlank()) {
        throw new IllegalArgumentException("Cannot connect to " + address + ": an address is empty" + FORMS);
      }
      members.add(new NetworkSettings.Member(each, each, 1));
    }
    return new NetworkAddress(
        new NetworkSettings(what, members, options.replicas, options.virtualNodes, options.isStrict), null);
  }

  /** What stands behind the question mark. */
  private static final class Options {
    int replicas = NetworkRecord.REPLICAS;
    int virtualNodes = Ring.VIRTUAL_NODES;
    boolean isStrict;
    @Nullable String state;

    Options(String address, String query) {
      for (String option : query.isEmpty() ? new String[0] : query.split("&", -1)) {
        String[] parts = option.split("=", 2);
        String value = parts.length == 2 ? parts[1] : "";
        try {
          switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "replicas" -> replicas = Integer.parseInt(value);
            case "vnodes" -> virtualNodes = Integer.parseInt(value);
            case "strict" -> isStrict = Boolean.parseBoolean(value);
            case "state" -> state = value;
            default -> throw new IllegalArgumentException(
                "Cannot connect to " + address + ": there is no option " + parts[0] + FORMS);
          }
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("Cannot connect to " + address + ": " + option + " is no number" + FORMS,
              e);
        }
      }
    }
  }
}
