package io.packice.storage;

import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Which files a copy leaves out because the target has them already. A target that is not there is always copied. Immutable. */
public final class Skip {
  /** None: all are copied again. */
  public static final Skip NEVER = new Skip("never", null);
  /** Those that the target has, whatever is in them. */
  public static final Skip EXISTS = new Skip("exists", null);
  /** Those that the target has in the same size. */
  public static final Skip SIZE = new Skip("size", null);
  /** Those that the target has with the same bytes, by the hashes of the services; a side whose service knows none is read. */
  public static final Skip HASH = new Skip("hash", null);

  private final String name;
  private final @Nullable BiPredicate<StorageNode, StorageNode> test;

  private Skip(String name, @Nullable BiPredicate<StorageNode, StorageNode> test) {
    this.name = name;
    this.test = test;
  }

  /**
   * By a function of both nodes.
   *
   * @param test gets the source and the target, which are both there; true leaves the file out; called from several threads at once
   * @return the rule
   */
  public static Skip when(BiPredicate<StorageNode, StorageNode> test) {
    return new Skip("function", Objects.requireNonNull(test, "test"));
  }

  /**
   * A decision.
   *
   * @param reason why it is left out; null to copy
   * @param bytesRead what it cost
   */
  record Decision(@Nullable String reason, long bytesRead) {
    static final Decision COPY = new Decision(null, 0);
  }

  Decision decide(StorageNode source, NodeInfo from, StorageNode target, NodeInfo to) {
    return switch (name) {
      case "exists" -> new Decision("exists", 0);
      case "size" -> from.size() == to.size() ? new Decision("same size", 0) : Decision.COPY;
      case "hash" -> {
        NodeHashes.Comparison comparison = source.hashes().compare(from, target, to);
        yield new Decision(comparison.same() ? "same hash" : null, comparison.bytesRead());
      }
      default -> test != null && test.test(source, target) ? new Decision("by the function", 0) : Decision.COPY;
    };
  }

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }
}
