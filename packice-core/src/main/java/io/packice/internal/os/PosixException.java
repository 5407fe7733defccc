package io.packice.internal.os;

import java.util.Map;

/** A native call that the kernel refused. */
final class PosixException extends Exception {
  private static final long serialVersionUID = 1;

  /** The names that an operator looks up, for the errors that these calls give (errno(3)). */
  private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(1, "EPERM"), Map.entry(2, "ENOENT"),
      Map.entry(9, "EBADF"), Map.entry(5, "EIO"), Map.entry(11, "EAGAIN"), Map.entry(12, "ENOMEM"),
      Map.entry(13, "EACCES"),
      Map.entry(14, "EFAULT"),
      Map.entry(16, "EBUSY"), Map.entry(17, "EEXIST"), Map.entry(18, "EXDEV"), Map.entry(20, "ENOTDIR"),
      Map.entry(21, "EISDIR"), Map.entry(22, "EINVAL"), Map.entry(23, "ENFILE"), Map.entry(24, "EMFILE"),
      Map.entry(26, "ETXTBSY"),
      Map.entry(27, "EFBIG"), Map.entry(28, "ENOSPC"), Map.entry(30, "EROFS"), Map.entry(32, "EPIPE"),
      Map.entry(36, "ENAMETOOLONG"),
      Map.entry(38, "ENOSYS"), Map.entry(39, "ENOTEMPTY"),
      Map.entry(40, "ELOOP"),
      Map.entry(75, "EOVERFLOW"),
      Map.entry(95, "EOPNOTSUPP"), Map.entry(104, "ECONNRESET"), Map.entry(107, "ENOTCONN"),
      Map.entry(111, "ECONNREFUSED"), Map.entry(122, "EDQUOT"));

  private final int errno;

  PosixException(String call, int errno, String description) {
    super(call + " gave " + NAMES.getOrDefault(errno, "errno") + " (" + errno + ", " + description + ")");
    this.errno = errno;
  }

  int errno() {
    return errno;
  }

  /** Whether the host is out of memory, disk or quota. */
  boolean meansFull() {
    return errno == Posix.ENOSPC || errno == Posix.ENOMEM || errno == Posix.EDQUOT;
  }
}
