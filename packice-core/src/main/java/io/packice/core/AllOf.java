package io.packice.core;

import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is done to each, whatever becomes of the others. */
public final class AllOf {
  private AllOf() {
  }

  /**
   * Runs a step for each, and then throws the first failure, with the others.
   *
   * @param each what it is done to, in order
   * @param step what is done
   * @param <T> what they are
   */
  public static <T> void run(Collection<T> each, Consumer<? super T> step) {
    Throwable failure = null;
    for (T one : each) {
      try {
        step.accept(one);
      } catch (RuntimeException | Error e) {
        failure = join(failure, e);
      }
    }
    switch (failure) {
      case null -> {
        // all is done
      }
      case Error e -> throw e;
      case Throwable e -> throw (RuntimeException) e;
    }
  }

  private static Throwable join(@Nullable Throwable first, Throwable next) {
    if (first == null || first.equals(next)) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }
}
