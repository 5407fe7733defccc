package io.packice.arrow.batch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who holds a mapping, if the system property {@value #PROPERTY} is true: a stack trace for each batch costs more than the batch. Safe from any
 * thread.
 */
public final class LeaseDebug {
  static final String PROPERTY = "packice.debug.leases";

  private final Map<Object, String> holders = new ConcurrentHashMap<>();

  private LeaseDebug() {
  }

  /**
   * Whether it is to be remembered who opens what.
   *
   * @return whether {@code packice.debug.leases} is set
   */
  public static boolean isEnabled() {
    return Boolean.getBoolean(PROPERTY);
  }

  static @Nullable LeaseDebug ifEnabled() {
    return isEnabled() ? new LeaseDebug() : null;
  }

  /** Somebody holds from now on; gives what {@link #end} is told. */
  Object begin() {
    Object mark = new Object();
    holders.put(mark, caller());
    return mark;
  }

  void end(Object mark) {
    holders.remove(mark);
  }

  /** Where each holder began. */
  List<String> holders() {
    return List.copyOf(holders.values());
  }

  /**
   * The line outside of Packice and Arrow that is being run.
   *
   * @return its place, such as {@code Trainer.java:17}
   */
  public static String caller() {
    return StackWalker.getInstance().walk(frames -> frames
        .filter(
            frame -> !frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("org.apache.arrow.")
                && !isOurs(frame.getClassName()))
        .map(frame -> frame.toStackTraceElement().toString()).findFirst().orElse("somewhere in Packice"));
  }

  private static boolean isOurs(String name) {
    return name.startsWith("io.packice.arrow.") && !name.endsWith("Test");
  }
}
