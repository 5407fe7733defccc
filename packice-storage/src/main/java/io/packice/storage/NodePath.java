package io.packice.storage;

import org.jspecify.annotations.Nullable;

/** Paths of nodes: parts with one slash between them. What could lead out of a mount's root is no path. */
final class NodePath {
  private NodePath() {
  }

  /** The path as services get it: a slash at the end is dropped. */
  static String checked(String path, String mount) {
    String plain = path.endsWith("/") && path.length() > 1 ? path.substring(0, path.length() - 1) : path;
    if (plain.isEmpty()) {
      return "";
    }
    String why = trouble(plain);
    if (why != null) {
      throw new DeniedException(
          "Cannot name a node of " + mount + ": its path " + why + "; give the path below the mount's root");
    }
    return plain;
  }

  private static @Nullable String trouble(String path) {
    if (path.startsWith("/")) {
      return "is absolute";
    } else if (path.indexOf('\0') >= 0) {
      return "has a NUL";
    }
    for (int at = 0; at <= path.length();) {
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      int length = end - at;
      if (length == 0) {
        return "has a part without a name";
      } else if (length <= 2 && path.charAt(at) == '.' && path.charAt(end - 1) == '.') {
        return length == 2 ? "goes up by '..'" : "has a part '.'";
      }
      at = end + 1;
    }
    return null;
  }

  static String join(String folder, String name) {
    return folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** The path of something below a folder, as seen from there. */
  static String below(String folder, String path) {
    return folder.isEmpty() ? path : path.length() == folder.length() ? "" : path.substring(folder.length() + 1);
  }

  static boolean isWithin(String folder, String path) {
    return folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/");
  }
}
