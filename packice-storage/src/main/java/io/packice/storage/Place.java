package io.packice.storage;

import io.packice.storage.config.Permissions;
import java.util.EnumSet;

/**
 * Where the path of a mount is in a service, held open: relative mounts have been followed, and the narrowest of their permissions holds. Checks what is asked against
 * permissions and capabilities. Whoever gets one closes it.
 *
 * @param use holds the service open
 * @param root the mount's root in the service
 * @param permissions what may be done
 */
record Place(Mount.Use use, String root, Permissions permissions) implements AutoCloseable {
  /** What a permission is needed for. */
  enum Right {
    READ, WRITE, DELETE
  }

  StorageBackend backend() {
    return use.backend();
  }

  /** Whether both are of one opened service. */
  @SuppressWarnings("ReferenceEquality") // not of one that is configured alike
  boolean isBeside(Place other) {
    return backend() == other.backend();
  }

  String path(String below) {
    return NodePath.join(root, below);
  }

  NodeInfo seen(NodeInfo info) {
    return root.isEmpty() ? info : info.at(NodePath.below(root, info.path()));
  }

  /** What the service can do, less what may not be done. */
  Capabilities capabilities() {
    EnumSet<Capability> forbidden = EnumSet.noneOf(Capability.class);
    if (!permissions.mayWrite()) {
      forbidden.add(Capability.WRITE);
      forbidden.add(Capability.APPEND);
    }
    if (!permissions.mayDelete()) {
      forbidden.add(Capability.DELETE);
    }
    return backend().capabilities().without(forbidden.toArray(Capability[]::new));
  }

  /** Refuses what cannot, or may not, be done. */
  void require(Capability capability, Right right, String verb, StorageNode node) {
    if (!backend().capabilities().has(capability)) {
      throw UnsupportedException.of(capability, verb, node.toString());
    }
    boolean may = switch (right) {
      case READ -> true;
      case WRITE -> permissions.mayWrite();
      case DELETE -> permissions.mayDelete();
    };
    if (!may) {
      throw new DeniedException(
          "Cannot " + verb + " " + node + ": the mount is " + permissions + "; mount it with more permissions");
    }
  }

  @Override
  public void close() {
    use.close();
  }
}
