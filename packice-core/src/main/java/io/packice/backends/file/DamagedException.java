package io.packice.backends.file;

import java.io.Serial;

/** What is on disk is not what was sealed. The message says how it differs, and goes behind the name of what is damaged. */
final class DamagedException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  DamagedException(String how) {
    super(how);
  }
}
