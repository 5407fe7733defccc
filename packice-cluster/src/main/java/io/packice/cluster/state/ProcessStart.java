package io.packice.cluster.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** When a process began, which tells it from another that has got its pid. */
public final class ProcessStart {
  /** No such process. */
  public static final long NONE = -1;

  private static final int FIELD = 22; // of proc(5)'s stat
  private static final int FIELDS_BEFORE_STATE = 2;

  private ProcessStart() {
  }

  /**
   * When a process began.
   *
   * @param pid which
   * @return clock ticks since the host's start; {@link #NONE} if there is no such process, or only what is left of one that has ended
   */
  public static long ticks(long pid) {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return NONE;
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1); // a program's name may have anything in it
    return fields[0].equals("Z") ? NONE : Long.parseLong(fields[FIELD - FIELDS_BEFORE_STATE - 1]);
  }
}
