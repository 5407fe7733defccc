package io.packice.internal.os;

/** A native call that the kernel refused. */
final class PosixException extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  PosixException(String call, int errno, String description) {
    super(call + " gave " + Constant.error(errno) + " (" + errno + ", " + description + ")");
    this.errno = errno;
  }

  boolean is(Constant error) {
    return errno == error.here();
  }

  /** Whether the host is out of memory, disk or quota. */
  boolean meansFull() {
    return is(Constant.ENOSPC) || is(Constant.ENOMEM) || is(Constant.EDQUOT);
  }
}
