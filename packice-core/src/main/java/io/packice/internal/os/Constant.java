package io.packice.internal.os;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Every number of an operating system that Packice uses, on each {@link Platform}. Linux's are those of the kernel's headers in {@code include/uapi}
 * ({@code asm-generic}, but for what {@code arch/arm64} has others of); macOS's are those of xnu, {@code bsd/sys}. Of a flag, 0 says that there is none, and nothing
 * has to be said; of anything else, that nobody asks for it there.
 */
enum Constant {
  // what went wrong: errno.h
  // Linux x86-64, Linux aarch64, macOS aarch64
  EPERM(1, 1, 1),
  ENOENT(2, 2, 2),
  EINTR(4, 4, 4),
  EIO(5, 5, 5),
  EBADF(9, 9, 9),
  EAGAIN(11, 11, 35),
  ENOMEM(12, 12, 12),
  EACCES(13, 13, 13),
  EFAULT(14, 14, 14),
  EBUSY(16, 16, 16),
  EEXIST(17, 17, 17),
  EXDEV(18, 18, 18),
  ENOTDIR(20, 20, 20),
  EISDIR(21, 21, 21),
  EINVAL(22, 22, 22),
  ENFILE(23, 23, 23),
  EMFILE(24, 24, 24),
  ETXTBSY(26, 26, 26),
  EFBIG(27, 27, 27),
  ENOSPC(28, 28, 28),
  EROFS(30, 30, 30),
  EPIPE(32, 32, 32),
  ENAMETOOLONG(36, 36, 63),
  ENOSYS(38, 38, 78),
  ENOTEMPTY(39, 39, 66),
  ELOOP(40, 40, 62),
  EOVERFLOW(75, 75, 84),
  EOPNOTSUPP(95, 95, 102),
  ECONNRESET(104, 104, 54),
  ENOTCONN(107, 107, 57),
  ECONNREFUSED(111, 111, 61),
  EDQUOT(122, 122, 69),

  // files: fcntl.h; 64-bit ARM has another O_NOFOLLOW (arch/arm64/include/uapi/asm/fcntl.h)
  O_RDONLY(0, 0, 0),
  O_RDWR(2, 2, 2),
  O_CREAT(0x40, 0x40, 0x200),
  O_EXCL(0x80, 0x80, 0x800),
  O_NONBLOCK(0x800, 0x800, 4),
  O_NOFOLLOW(0x20000, 0x8000, 0x100),
  O_CLOEXEC(0x80000, 0x80000, 0x1000000),
  F_SETFD(2, 2, 2),
  FD_CLOEXEC(1, 1, 1),
  F_SETFL(4, 4, 4),
  F_DUPFD_CLOEXEC(1030, 1030, 67),
  /** Relative paths are those of the working directory. */
  AT_FDCWD(-100, -100, -2),
  AT_SYMLINK_NOFOLLOW(0x100, 0x100, 0x20),
  S_IFMT(0xf000, 0xf000, 0xf000),
  S_IFREG(0x8000, 0x8000, 0x8000),
  /** What unlink says of a folder: EISDIR; macOS says EPERM (unlink(2)). */
  UNLINK_OF_FOLDER(21, 21, 1),
  /** How long what is asked about a file is: a struct statx, or a struct stat. */
  STAT_BYTES(256, 256, 144),

  // mappings: mman.h
  PROT_NONE(0, 0, 0),
  PROT_READ(1, 1, 1),
  PROT_WRITE(2, 2, 2),
  MAP_SHARED(1, 1, 1),
  MAP_PRIVATE(2, 2, 2),
  /** In place of what is mapped there. */
  MAP_FIXED(0x10, 0x10, 0x10),
  MAP_ANONYMOUS(0x20, 0x20, 0x1000),
  /** Of a private writable mapping: do not set swap aside for pages that may never be written. */
  MAP_NORESERVE(0x4000, 0x4000, 0x40),
  /** All pages at once instead of one by one as they are used. */
  MAP_POPULATE(0x8000, 0x8000, 0),

  // sockets: socket.h, un.h, poll.h
  AF_UNIX(1, 1, 1),
  SOCK_STREAM(1, 1, 1),
  SOL_SOCKET(1, 1, 0xffff),
  SCM_RIGHTS(1, 1, 1),
  SHUT_RDWR(2, 2, 2),
  /** In the flags of a message that was received: there were descriptors that this process could not take. */
  MSG_CTRUNC(8, 8, 0x20),
  MSG_NOSIGNAL(0x4000, 0x4000, 0x80000),
  MSG_CMSG_CLOEXEC(0x4000_0000, 0x4000_0000, 0),
  /** Of what level who is at the other end is asked, by which name of the process, and how long the answer is; the process comes first in it. */
  PEER_LEVEL(1, 1, 0),
  PEER_PID(17, 17, 2),
  PEER_PID_BYTES(12, 12, 4),
  POLLERR(8, 8, 8),
  POLLHUP(0x10, 0x10, 0x10),
  POLLNVAL(0x20, 0x20, 0x20),
  POLLFD_BYTES(8, 8, 8),
  POLLFD_REVENTS(6, 6, 6),
  IOVEC_BYTES(16, 16, 16),
  IOVEC_LENGTH(8, 8, 8),
  MSGHDR_BYTES(56, 56, 48),
  /** Where what a message carries begins behind its cmsghdr, and what its length is rounded up to. */
  CMSG_DATA(16, 16, 12),
  CMSG_ALIGNMENT(8, 8, 4),

  // what only Linux has: memfd.h, fcntl.h, falloc.h, stat.h, mman-common.h, socket.h, signal.h
  MFD_CLOEXEC(1),
  MFD_ALLOW_SEALING(2),
  /** Since Linux 6.3; older kernels answer EINVAL. */
  MFD_NOEXEC_SEAL(8),
  F_ADD_SEALS(1033),
  F_SEAL_SEAL(1),
  F_SEAL_SHRINK(2),
  F_SEAL_GROW(4),
  F_SEAL_WRITE(8),
  FALLOC_FL_KEEP_SIZE(1),
  F_SETSIG(10),
  F_SETLEASE(1024),
  F_RDLCK(0),
  F_UNLCK(2),
  /** A signal that nobody dies of if nobody handles it. */
  SIGURG(23),
  AT_EMPTY_PATH(0x1000),
  /** The type, how many names, whose, when changed, which, how long, how much of it is there. */
  STATX_ASKED(1 | 4 | 8 | 0x80 | 0x100 | 0x200 | 0x400),
  /** Since Linux 6.1; older kernels answer EINVAL. */
  MADV_COLLAPSE(25),
  /** Since Linux 4.13. */
  SO_PEERGROUPS(59),

  // what only macOS has: sys/fcntl.h, sys/un.h, sys/ucred.h
  F_PREALLOCATE(0, 0, 42),
  F_ALLOCATEALL(0, 0, 4),
  F_PEOFPOSMODE(0, 0, 3),
  FSTORE_BYTES(0, 0, 32),
  F_FULLFSYNC(0, 0, 51),
  LOCAL_PEERCRED(0, 0, 1),
  XUCRED_BYTES(0, 0, 76),
  XUCRED_GROUPS(0, 0, 12);

  private static final Map<Integer, String> ERRORS = Arrays.stream(values()).filter(Constant::isError)
      .collect(Collectors.toMap(Constant::here, Constant::name));

  private final int linuxIntel;
  private final int linuxArm;
  private final int macArm;

  Constant(int linuxIntel, int linuxArm, int macArm) {
    this.linuxIntel = linuxIntel;
    this.linuxArm = linuxArm;
    this.macArm = macArm;
  }

  Constant(int linuxAlone) {
    this(linuxAlone, linuxAlone, 0);
  }

  private boolean isError() {
    return name().charAt(0) == 'E';
  }

  int on(Platform platform) {
    return switch (platform) {
      case LINUX_X86_64 -> linuxIntel;
      case LINUX_AARCH64 -> linuxArm;
      case MACOS_AARCH64 -> macArm;
    };
  }

  int here() {
    return on(Platform.HERE);
  }

  /** The name that an operator looks up (errno(3)). */
  static String error(int errno) {
    return ERRORS.getOrDefault(errno, "errno");
  }
}
