package io.packice.core;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An object that only the hot tier has, and that could not be copied to the cold one.
 *
 * @param object which
 * @param heldBytes what it takes
 * @param why what refused it
 */
record Unkept(StoredObject object, long heldBytes, Throwable why) {
  private static final int MAX_NAMES = 5;

  /** What whoever asked for the copies is told of them. */
  static PackiceException failure(List<Unkept> all) {
    PackiceException first = all.getFirst().asFailure();
    all.stream().skip(1).map(Unkept::asFailure).forEach(first::addSuppressed);
    return first;
  }

  private PackiceException asFailure() {
    return why instanceof PackiceException refusal ? refusal
        : new StorageException(
            "Cannot copy " + object.id() + " to the cold tier: " + why + "; discard it, or report this", why);
  }

  /** What whoever closes the peer is told of what ends with it. */
  static StorageException lost(List<Unkept> all) {
    String names = all.stream().limit(MAX_NAMES).map(unkept -> unkept.object.id().value())
        .collect(Collectors.joining(", "));
    return new StorageException("Cannot keep " + all.size() + (all.size() == 1 ? " object" : " objects") + " ("
        + all.stream().mapToLong(unkept -> unkept.heldBytes).sum()
        + " bytes) that only the hot tier had: " + names
        + (all.size() > MAX_NAMES ? " and " + (all.size() - MAX_NAMES) + " more" : "")
        + "; the log names each with the reason, make them anew", all.getFirst().why);
  }
}
