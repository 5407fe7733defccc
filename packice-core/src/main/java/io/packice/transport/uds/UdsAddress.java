package io.packice.transport.uds;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Where Unix sockets are. */
public final class UdsAddress {
  /** The longest path of a Unix socket on Linux, in bytes (unix(7): 108 with the terminating zero). */
  public static final int MAX_PATH_BYTES = 107;

  private static final String SCHEME = "unix://";

  private UdsAddress() {
  }

  /**
   * Reads an address.
   *
   * @param address a path, or {@code unix://} and a path
   * @return the socket's absolute path
   * @throws IllegalArgumentException if it is not a path, or one too long for a socket
   */
  public static Path parse(String address) {
    String path = address.startsWith(SCHEME) ? address.substring(SCHEME.length()) : address;
    if (path.isBlank()) {
      throw new IllegalArgumentException(
          "Cannot use \"" + address + "\" as the path of a Unix socket: it is empty; give another path");
    }
    try {
      return checked(Path.of(path));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("Cannot use " + address + " as the path of a Unix socket: " + e.getReason()
          + "; give another path", e);
    }
  }

  /**
   * Checks that a socket may have this path.
   *
   * @param socket a path
   * @return the same, absolute
   * @throws IllegalArgumentException if it is too long for a socket
   */
  static Path checked(Path socket) {
    Path absolute = socket.toAbsolutePath().normalize();
    int bytes = absolute.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PATH_BYTES) {
      throw new IllegalArgumentException(
          "Cannot use a socket path of " + bytes + " bytes, Linux takes " + MAX_PATH_BYTES
              + "; choose a shorter one: " + absolute);
    }
    return absolute;
  }

  /**
   * How a command line of a shell names a socket, for advice that is to be copied.
   *
   * @param socket a path
   * @return the path, in quotes if a shell would split or change it
   */
  static String forShell(Path socket) {
    String path = socket.toString();
    return path.matches("(?U)[\\w@%+=:,./-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  /**
   * Where the peer of a user listens unless told otherwise.
   *
   * @param environment the values of environment variables
   * @return {@code packice.sock} in {@code $XDG_RUNTIME_DIR}, or {@code packice-USER.sock} in the temporary folder
   */
  public static Path defaultSocket(Map<String, String> environment) {
    String runtimeDir = environment.get("XDG_RUNTIME_DIR");
    return runtimeDir != null && !runtimeDir.isBlank() ? Path.of(runtimeDir, "packice.sock")
        : Path.of(System.getProperty("java.io.tmpdir"), "packice-" + System.getProperty("user.name") + ".sock");
  }
}
