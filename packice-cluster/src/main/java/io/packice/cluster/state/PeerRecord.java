package io.packice.cluster.state;

import java.util.Objects;

/**
 * A peer that was started here in the background, as {@code peer/ID.json} says it.
 *
 * @param id what it is called
 * @param address where it is
 * @param pid its process
 * @param started when that process began, in clock ticks since the host's start: another program of the same pid began at another time
 * @param log the file with what it says
 */
public record PeerRecord(String id, String address, long pid, long started, String log) {
  /**
   * Checks that all is there.
   *
   * @throws IllegalArgumentException if the id is none, or the pid is not positive
   */
  public PeerRecord {
    StateNames.require("peer", id);
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(log, "log");
    if (pid <= 0) {
      throw new IllegalArgumentException("Cannot use " + pid + " as the pid of " + id);
    }
  }

  /**
   * What has become of its process.
   *
   * @return as the kernel knows it now
   */
  public Life life() {
    long now = ProcessStart.ticks(pid);
    return now == ProcessStart.NONE ? Life.DEAD : now == started ? Life.ALIVE : Life.PID_REUSED;
  }

  /** What may have become of a process. */
  public enum Life {
    /** It runs. */
    ALIVE,
    /** No process has its pid. */
    DEAD,
    /** Its pid belongs to another program now. */
    PID_REUSED
  }
}
