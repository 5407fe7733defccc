package io.packice.backends.file;

import java.io.Serial;

/** What is on disk is not what was sealed. The message says how it differs, and goes behind the name of what is damaged. */
public final class DamagedException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /**
   * Damage.
   *
   * @param how how what is on disk differs from what was sealed
   */
  public DamagedException(String how) {
    super(how);
  }
}
