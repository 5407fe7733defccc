package io.packice.core;

import java.util.OptionalLong;

/**
 * Who speaks in a session, as far as the transport can vouch for it.
 *
 * @param uid the user id of the process, from the kernel; empty if the transport cannot know
 * @param pid the process id, from the kernel; empty if the transport cannot know
 */
public record Caller(OptionalLong uid, OptionalLong pid) {
  private static final Caller THIS_PROCESS =
      new Caller(OptionalLong.empty(), OptionalLong.of(ProcessHandle.current().pid()));

  /**
   * The process that this code runs in, for sessions without a protocol in between.
   *
   * @return always the same instance
   */
  public static Caller thisProcess() {
    return THIS_PROCESS;
  }

  /** Such as {@code pid 4711}, for messages. */
  @Override
  public String toString() {
    return pid.isPresent() ? "pid " + pid.getAsLong() : "an unknown process";
  }
}
