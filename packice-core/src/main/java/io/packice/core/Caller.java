package io.packice.core;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Who speaks in a session, as far as the transport can vouch for it, and what the transport lets it do.
 *
 * @param uid the user id of the process, from the kernel; empty if the transport cannot know
 * @param pid the process id, from the kernel; empty if the transport cannot know
 * @param authority whose objects it may discard, replace and pin; all callers may read all objects, and make new ones
 */
public record Caller(OptionalLong uid, OptionalLong pid, Authority authority) {
  /** Whose objects a caller may change. */
  public enum Authority {
    /** Everybody's. */
    ALL_OBJECTS,
    /** Those that its user made. */
    OWN_OBJECTS
  }

  private static final Caller THIS_PROCESS =
      new Caller(OptionalLong.empty(), OptionalLong.of(ProcessHandle.current().pid()));

  /** Checks that all is there. */
  public Caller {
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(authority, "authority");
  }

  /**
   * A caller that may change all objects.
   *
   * @param uid the user id of the process; empty if the transport cannot know
   * @param pid the process id; empty if the transport cannot know
   */
  public Caller(OptionalLong uid, OptionalLong pid) {
    this(uid, pid, Authority.ALL_OBJECTS);
  }

  /**
   * The process that this code runs in, for sessions without a protocol in between.
   *
   * @return always the same instance
   */
  public static Caller thisProcess() {
    return THIS_PROCESS;
  }

  /**
   * Whether this caller may discard, replace or pin an object.
   *
   * @param object which
   * @return true if it may change all objects, or its user made this one
   */
  public boolean mayChange(StoredObject object) {
    OptionalLong owner = object.owner();
    return authority == Authority.ALL_OBJECTS || (uid.isPresent() && uid.equals(owner));
  }

  /**
   * Refuses unless this caller may change an object.
   *
   * @param object which
   * @param verb what it wants to do
   * @throws NotPermittedException if it may not
   */
  public void requireMayChange(StoredObject object, String verb) {
    Objects.requireNonNull(verb, "verb");
    if (!mayChange(object)) {
      OptionalLong owner = object.owner();
      throw new NotPermittedException("Cannot " + verb + " " + object.id() + " as "
          + (uid.isPresent() ? "uid " + uid.getAsLong() : "an unknown user") + ": it belongs to "
          + (owner.isPresent() ? "uid " + owner.getAsLong() : "the peer")
          + "; ask its owner, or have the peer serve with --shared-objects");
    }
  }

  /** Such as {@code pid 4711}, for messages. */
  @Override
  public String toString() {
    return pid.isPresent() ? "pid " + pid.getAsLong() : "an unknown process";
  }
}
