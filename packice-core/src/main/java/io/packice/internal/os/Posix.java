package io.packice.internal.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Every native call of Packice: thin wrappers over the C library of Linux that turn errno into {@link PosixException}. Constants are those of
 * the kernel's generic headers, the same on x86-64 and aarch64; the file's size and block count come from statx, whose layout is the same
 * everywhere (statx(2)).
 */
final class Posix {
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EISDIR = 21;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ENOSPC = 28;
  static final int ELOOP = 40;
  static final int ECONNREFUSED = 111;
  static final int EDQUOT = 122;

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  /** Of a FIFO: do not wait for somebody at its other end. Of a file: nothing. */
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  /** The one constant here that 64-bit ARM has another of (its asm/fcntl.h). */
  private static final int O_NOFOLLOW = "aarch64".equals(System.getProperty("os.arch")) ? 0x8000 : 0x20000;
  /** Opens what has this very name, and comes back at once whatever that is. */
  static final int O_AS_NAMED = O_NOFOLLOW | O_NONBLOCK;

  static final int MFD_CLOEXEC = 1;
  static final int MFD_ALLOW_SEALING = 2;
  /** Since Linux 6.3; older kernels answer EINVAL. */
  static final int MFD_NOEXEC_SEAL = 8;

  static final int F_SEAL_SEAL = 1;
  static final int F_SEAL_SHRINK = 2;
  static final int F_SEAL_GROW = 4;
  static final int F_SEAL_WRITE = 8;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_SETSIG = 10;
  private static final int F_SETLEASE = 1024;
  private static final int F_RDLCK = 0;
  private static final int F_UNLCK = 2;
  /** A signal that nobody dies of if nobody handles it. */
  private static final int SIGURG = 23;

  private static final int PROT_NONE = 0;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  /** In place of what is mapped there. */
  static final int MAP_FIXED = 0x10;
  private static final int MAP_ANONYMOUS = 0x20;
  /** Of a private writable mapping: do not set swap aside for pages that may never be written. */
  static final int MAP_NORESERVE = 0x4000;
  /** All pages at once instead of one by one as they are used. */
  static final int MAP_POPULATE = 0x8000;
  /** Since Linux 6.1; older kernels answer EINVAL. */
  static final int MADV_COLLAPSE = 25;

  static final int SOL_SOCKET = 1;
  static final int SCM_RIGHTS = 1;
  /** In the flags of a message that was received: there were descriptors that this process could not take. */
  static final int MSG_CTRUNC = 8;
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SO_PEERCRED = 17;
  /** A struct ucred: the process, the user, the group. */
  private static final long UCRED_BYTES = 12;
  private static final short POLLHUP = 0x10;
  private static final short POLLERR = 8;
  private static final short POLLNVAL = 0x20;
  private static final long POLLFD_BYTES = 8;
  private static final long POLLFD_REVENTS = 6;
  private static final int SHUT_RDWR = 2;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
  /** Since Linux 4.13. */
  private static final int SO_PEERGROUPS = 59;
  /** The most groups that a process may have (NGROUPS_MAX). */
  private static final int MAX_GROUPS = 65_536;

  private static final int AT_EMPTY_PATH = 0x1000;
  /** Relative paths are those of the working directory. */
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int STATX_SIZE_AND_BLOCKS = 0x200 | 0x400;
  /** The type, how many names, whose, how long. */
  private static final int STATX_KIND = 1 | 4 | 8 | 0x200;
  private static final int STATX_STAMP = 1 | 0x80 | 0x100 | 0x200;
  static final long STATX_BYTES = 256;
  private static final long STX_NLINK_OFFSET = 16;
  private static final long STX_UID_OFFSET = 20;
  private static final long STX_MODE_OFFSET = 28;
  private static final int S_IFMT = 0xf000;
  private static final int S_IFREG = 0x8000;
  private static final long STX_INODE_OFFSET = 32;
  private static final long STX_SIZE_OFFSET = 40;
  private static final long STX_BLOCKS_OFFSET = 48;
  private static final long STX_CTIME_OFFSET = 96;
  private static final long BLOCK_BYTES = 512;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // Needed also when the process may open no file any more, from which a class would be loaded.
  private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle STRERROR = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("strerror"),
      FunctionDescriptor.of(ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(256, JAVA_BYTE)), JAVA_INT));

  // The others each in a class of its own, so that the first call that needs one links it: that takes milliseconds, and no program needs all.

  private static final class MemfdCreate {
    static final MethodHandle HANDLE = link("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  }

  private static final class Fallocate {
    static final MethodHandle HANDLE =
        link("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  }

  private static final class Fcntl {
    static final MethodHandle HANDLE =
        link("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
  }

  private static final class Fchmod {
    static final MethodHandle HANDLE = link("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  }

  private static final class Open {
    static final MethodHandle HANDLE =
        link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
  }

  private static final class Fsync {
    static final MethodHandle HANDLE = link("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  }

  private static final class Ftruncate {
    static final MethodHandle HANDLE = link("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  private static final class Mkdir {
    static final MethodHandle HANDLE = link("mkdir", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  }

  private static final class Rename {
    static final MethodHandle HANDLE = link("rename", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  }

  private static final class Unlink {
    static final MethodHandle HANDLE = link("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  }

  private static final class CopyFileRange {
    static final MethodHandle HANDLE = link("copy_file_range",
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  private static final class Statx {
    static final MethodHandle HANDLE =
        link("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  }

  /** Without errno, and with addresses as plain numbers: what the compiler has to make of it is a fraction. */
  private static final class StatxFast {
    static final MethodHandle HANDLE = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("statx"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  private static final class Getdents {
    /** What newer versions of musl call getdents64. */
    private static final String OTHER_NAME = "getdents";
    static final MethodHandle HANDLE =
        link(LINKER.defaultLookup().find("getdents64").isPresent() ? "getdents64" : OTHER_NAME,
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  }

  private static final class Pwrite {
    static final MethodHandle HANDLE =
        link("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  }

  private static final class Pread {
    static final MethodHandle HANDLE =
        link("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  }

  private static final class Mmap {
    static final MethodHandle HANDLE =
        link("mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  private static final class Madvise {
    static final MethodHandle HANDLE =
        link("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  }

  private static final class Munmap {
    static final MethodHandle HANDLE = link("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  }

  private static final class Getsockopt {
    static final MethodHandle HANDLE =
        link("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  }

  private static final class Sendmsg {
    static final MethodHandle HANDLE = link("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  }

  private static final class Recvmsg {
    static final MethodHandle HANDLE = link("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  }

  private static final class Geteuid {
    static final MethodHandle HANDLE =
        LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("geteuid"), FunctionDescriptor.of(JAVA_INT));
  }

  private static final class Socket {
    static final MethodHandle HANDLE = link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  }

  private static final class Connect {
    static final MethodHandle HANDLE = link("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  }

  private static final class Poll {
    static final MethodHandle HANDLE = link("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  private static final class Shutdown {
    static final MethodHandle HANDLE = link("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  }

  private Posix() {
  }

  /** A file's length and what is really allocated of it, in bytes. */
  record Size(long bytes, long allocatedBytes) {
  }

  /** What something is that has a name: a file or not, how many names it has, whose it is, and how long. */
  record Kind(boolean isFile, int links, long uid, long byteSize) {
    private static Kind in(MemorySegment found) {
      return new Kind(Posix.isFile(found), found.get(JAVA_INT, STX_NLINK_OFFSET),
          Integer.toUnsignedLong(found.get(JAVA_INT, STX_UID_OFFSET)), found.get(JAVA_LONG, STX_SIZE_OFFSET));
    }
  }

  /** A native call whose result, if negative, comes with an errno in {@code capture}. */
  private interface Call {
    long invoke(MemorySegment capture, SegmentAllocator scratch) throws Throwable;
  }

  private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
  }

  /** Calls, again if a signal came between, and throws for an errno. */
  private static long call(String name, Call call) throws PosixException {
    try (Arena arena = Arena.ofConfined()) { // not an automatic one: its memory would count towards the limit of direct memory
      MemorySegment capture = arena.allocate(CAPTURE);
      while (true) {
        long result = call.invoke(capture, arena);
        if (result != -1) {
          return result;
        }
        int errno = (int) ERRNO.get(capture, 0L);
        if (errno != EINTR) {
          throw new PosixException(name, errno, describe(errno));
        }
      }
    } catch (PosixException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Cannot call " + name, e);
    }
  }

  private static String describe(int errno) {
    try {
      return ((MemorySegment) STRERROR.invokeExact(errno)).getString(0);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Cannot call strerror", e);
    }
  }

  static int memfdCreate(String name, int flags) throws PosixException {
    return (int) call("memfd_create",
        (capture, scratch) -> (int) MemfdCreate.HANDLE.invokeExact(capture, scratch.allocateFrom(name), flags));
  }

  static void fallocate(int fd, long offset, long byteSize) throws PosixException {
    call("fallocate", (capture, _) -> (int) Fallocate.HANDLE.invokeExact(capture, fd, 0, offset, byteSize));
  }

  /** Disk behind a part of a file that may lie beyond its end, which stays where it is. */
  static void reserve(int fd, long offset, long byteSize) throws PosixException {
    call("fallocate",
        (capture, _) -> (int) Fallocate.HANDLE.invokeExact(capture, fd, FALLOC_FL_KEEP_SIZE, offset, byteSize));
  }

  static void addSeals(int fd, int seals) throws PosixException {
    call("fcntl(F_ADD_SEALS)", (capture, scratch) -> (int) Fcntl.HANDLE.invokeExact(capture, fd, F_ADD_SEALS, seals));
  }

  static void fchmod(int fd, int mode) throws PosixException {
    call("fchmod", (capture, scratch) -> (int) Fchmod.HANDLE.invokeExact(capture, fd, mode));
  }

  static int open(String path, int flags, int mode) throws PosixException {
    return (int) call("open",
        (capture,
            scratch) -> (int) Open.HANDLE.invokeExact(capture, scratch.allocateFrom(path), flags | O_CLOEXEC, mode));
  }

  static void fsync(int fd) throws PosixException {
    call("fsync", (capture, _) -> (int) Fsync.HANDLE.invokeExact(capture, fd));
  }

  static void ftruncate(int fd, long byteSize) throws PosixException {
    call("ftruncate", (capture, _) -> (int) Ftruncate.HANDLE.invokeExact(capture, fd, byteSize));
  }

  static void mkdir(String path, int mode) throws PosixException {
    call("mkdir", (capture, scratch) -> (int) Mkdir.HANDLE.invokeExact(capture, scratch.allocateFrom(path), mode));
  }

  static void rename(String from, String to) throws PosixException {
    call("rename", (capture, scratch) -> (int) Rename.HANDLE.invokeExact(capture, scratch.allocateFrom(from),
        scratch.allocateFrom(to)));
  }

  static void unlink(String path) throws PosixException {
    call("unlink", (capture, scratch) -> (int) Unlink.HANDLE.invokeExact(capture, scratch.allocateFrom(path)));
  }

  /** Copies on from both descriptors' offsets; 0 at the end. */
  static long copyFileRange(int from, int to, long byteSize) throws PosixException {
    return call("copy_file_range",
        (capture, _) -> (long) CopyFileRange.HANDLE.invokeExact(capture, from, MemorySegment.NULL,
            to, MemorySegment.NULL, byteSize, 0));
  }

  /**
   * Takes a read lease of the kernel on a file and gives it back: it is refused with EAGAIN while anybody has the file open for writing or
   * maps it writable (fcntl(2)). Who opens it for writing in between makes the kernel send a signal, by default one that ends the process;
   * this one does not.
   */
  static void tryReadLease(int fd) throws PosixException {
    call("fcntl(F_SETSIG)", (capture, _) -> (int) Fcntl.HANDLE.invokeExact(capture, fd, F_SETSIG, SIGURG));
    call("fcntl(F_SETLEASE)", (capture, _) -> (int) Fcntl.HANDLE.invokeExact(capture, fd, F_SETLEASE, F_RDLCK));
    call("fcntl(F_SETLEASE)", (capture, _) -> (int) Fcntl.HANDLE.invokeExact(capture, fd, F_SETLEASE, F_UNLCK));
  }

  /** The supplementary groups of the process at the other end of a connected Unix socket, at the time when it connected. */
  static int[] peerGroups(int fd) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment groups = arena.allocate(JAVA_INT, MAX_GROUPS);
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) groups.byteSize());
      call("getsockopt(SO_PEERGROUPS)",
          (capture, _) -> (int) Getsockopt.HANDLE.invokeExact(capture, fd, SOL_SOCKET, SO_PEERGROUPS, groups, length));
      return groups.asSlice(0, length.get(JAVA_INT, 0)).toArray(JAVA_INT);
    }
  }

  /** A Unix socket of a stream that is not connected, and whose calls do not wait. */
  static int socket() throws PosixException {
    return (int) call("socket",
        (capture, _) -> (int) Socket.HANDLE.invokeExact(capture, AF_UNIX, SOCK_STREAM | O_NONBLOCK | O_CLOEXEC, 0));
  }

  /** Connects to a path, which is at most 107 bytes long. */
  static void connect(int fd, String path) throws PosixException {
    call("connect", (capture, scratch) -> {
      MemorySegment name = scratch.allocateFrom(path);
      MemorySegment address = scratch.allocate(Short.BYTES + name.byteSize(), Short.BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      address.asSlice(Short.BYTES).copyFrom(name);
      return (int) Connect.HANDLE.invokeExact(capture, fd, address, (int) address.byteSize());
    });
  }

  /** The process at the other end of a connected Unix socket. */
  static int peerPid(int fd) throws PosixException {
    int[] pid = new int[1];
    call("getsockopt(SO_PEERCRED)", (capture, scratch) -> {
      MemorySegment found = scratch.allocate(UCRED_BYTES, Integer.BYTES);
      MemorySegment length = scratch.allocateFrom(JAVA_INT, (int) UCRED_BYTES);
      int result = (int) Getsockopt.HANDLE.invokeExact(capture, fd, SOL_SOCKET, SO_PEERCRED, found, length);
      pid[0] = found.get(JAVA_INT, 0);
      return result;
    });
    return pid[0];
  }

  /** Whether nobody is at the other end of a socket any more; somebody who only sends nothing more is. Does not wait. */
  static boolean isHungUp(int fd) throws PosixException {
    short[] happened = new short[1];
    call("poll", (capture, scratch) -> {
      MemorySegment asked = scratch.allocate(POLLFD_BYTES, Long.BYTES);
      asked.set(JAVA_LONG, 0, 0); // of nothing but what poll always tells
      asked.set(JAVA_INT, 0, fd);
      int result = (int) Poll.HANDLE.invokeExact(capture, asked, 1L, 0);
      happened[0] = asked.get(JAVA_SHORT, POLLFD_REVENTS);
      return result;
    });
    return (happened[0] & (POLLHUP | POLLERR | POLLNVAL)) != 0;
  }

  /** Sends what a msghdr describes, or the first part of it. Who has nobody at the other end gets EPIPE, and no signal. */
  static long sendmsg(int fd, MemorySegment header) throws PosixException {
    return call("sendmsg", (capture, _) -> (long) Sendmsg.HANDLE.invokeExact(capture, fd, header, MSG_NOSIGNAL));
  }

  /** Receives into what a msghdr describes; 0 at the end. Descriptors that come are not handed on to programs that this one starts. */
  static long recvmsg(int fd, MemorySegment header) throws PosixException {
    return call("recvmsg", (capture, _) -> (long) Recvmsg.HANDLE.invokeExact(capture, fd, header, MSG_CMSG_CLOEXEC));
  }

  /** Ends a connection in both directions, and so wakes who waits in it. */
  static void shutdown(int fd) throws PosixException {
    call("shutdown", (capture, _) -> (int) Shutdown.HANDLE.invokeExact(capture, fd, SHUT_RDWR));
  }

  /** Closes; never again for the same descriptor, not even after EINTR, because Linux has let it go by then (close(2)). */
  static void close(int fd) throws PosixException {
    call("close", (capture, scratch) -> {
      int result = (int) CLOSE.invokeExact(capture, fd);
      return result == -1 && (int) ERRNO.get(capture, 0L) == EINTR ? 0 : result;
    });
  }

  static Size size(int fd) throws PosixException {
    long[] size = new long[2];
    call("statx", (capture, scratch) -> {
      MemorySegment buffer = scratch.allocate(STATX_BYTES, Long.BYTES);
      int result =
          (int) Statx.HANDLE.invokeExact(capture, fd, scratch.allocateFrom(""), AT_EMPTY_PATH, STATX_SIZE_AND_BLOCKS,
              buffer);
      size[0] = buffer.get(JAVA_LONG, STX_SIZE_OFFSET);
      size[1] = buffer.get(JAVA_LONG, STX_BLOCKS_OFFSET) * BLOCK_BYTES;
      return result;
    });
    return new Size(size[0], size[1]);
  }

  /** What a descriptor is of. */
  static Kind kind(int fd) throws PosixException {
    return kind(fd, "", AT_EMPTY_PATH);
  }

  /** What has a name. */
  static Kind kind(String path) throws PosixException {
    return kind(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
  }

  private static Kind kind(int folder, String path, int flags) throws PosixException {
    Kind[] kind = new Kind[1];
    call("statx", (capture, scratch) -> {
      MemorySegment buffer = scratch.allocate(STATX_BYTES, Long.BYTES);
      int result =
          (int) Statx.HANDLE.invokeExact(capture, folder, scratch.allocateFrom(path), flags, STATX_KIND, buffer);
      kind[0] = Kind.in(buffer);
      return result;
    });
    return kind[0];
  }

  /** The user whose rights this process has. */
  static long effectiveUid() {
    try {
      return Integer.toUnsignedLong((int) Geteuid.HANDLE.invokeExact());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Cannot call geteuid", e);
    }
  }

  /** Of what has the name, which may be a link. */
  static FileStamp stamp(String path) throws PosixException {
    FileStamp[] stamp = new FileStamp[1];
    call("statx", (capture, scratch) -> {
      MemorySegment buffer = scratch.allocate(STATX_BYTES, Long.BYTES);
      int result = (int) Statx.HANDLE.invokeExact(capture, AT_FDCWD, scratch.allocateFrom(path), AT_SYMLINK_NOFOLLOW,
          STATX_STAMP, buffer);
      stamp[0] = stampIn(buffer);
      return result;
    });
    return stamp[0];
  }

  /**
   * Reads on in an open folder.
   *
   * @return how many bytes of entries there are in the target now; 0 at the end
   */
  static int getdents(int folder, MemorySegment target) throws PosixException {
    return (int) call("getdents64",
        (capture, _) -> (long) Getdents.HANDLE.invokeExact(capture, folder, target, target.byteSize()));
  }

  /**
   * Looks at a file of an open folder: without a walk along the path, and without memory for each call, because a start looks at very many.
   *
   * @param name the address of its name, with a zero byte behind it
   * @param target {@link #STATX_BYTES} for what {@link #isFile} and {@link #byteSize} read
   * @return false if it is not there, or cannot be looked at
   */
  static boolean stamp(int folder, long name, MemorySegment target) {
    try {
      return (int) StatxFast.HANDLE.invokeExact(folder, name, AT_SYMLINK_NOFOLLOW, STATX_STAMP, target.address()) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Cannot call statx", e);
    }
  }

  /** Whether it is a file, and nothing else that can have a name. */
  static boolean isFile(MemorySegment found) {
    return (found.get(JAVA_SHORT, STX_MODE_OFFSET) & S_IFMT) == S_IFREG;
  }

  static long byteSize(MemorySegment found) {
    return found.get(JAVA_LONG, STX_SIZE_OFFSET);
  }

  static FileStamp stampIn(MemorySegment buffer) {
    return new FileStamp(buffer.get(JAVA_LONG, STX_INODE_OFFSET), buffer.get(JAVA_LONG, STX_SIZE_OFFSET),
        buffer.get(JAVA_LONG, STX_CTIME_OFFSET), buffer.get(JAVA_INT, STX_CTIME_OFFSET + Long.BYTES));
  }

  static long pwrite(int fd, MemorySegment source, long offset) throws PosixException {
    return call("pwrite",
        (capture, scratch) -> (long) Pwrite.HANDLE.invokeExact(capture, fd, source, source.byteSize(), offset));
  }

  static long pread(int fd, MemorySegment target, long offset) throws PosixException {
    return call("pread",
        (capture, _) -> (long) Pread.HANDLE.invokeExact(capture, fd, target, target.byteSize(), offset));
  }

  /** Maps at an address, or, if that is 0, where there is room. */
  static long mmap(long address, int fd, long offset, long byteSize, int protection, int flags) throws PosixException {
    return call("mmap",
        (capture, _) -> (long) Mmap.HANDLE.invokeExact(capture, address, byteSize, protection, flags, fd, offset));
  }

  /** Addresses that nobody else gets and that nobody can use. */
  static long reserve(long byteSize) throws PosixException {
    return mmap(0, -1, 0, byteSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
  }

  static void madvise(long address, long byteSize, int advice) throws PosixException {
    call("madvise", (capture, _) -> (int) Madvise.HANDLE.invokeExact(capture, address, byteSize, advice));
  }

  static void munmap(long address, long byteSize) throws PosixException {
    call("munmap", (capture, scratch) -> (int) Munmap.HANDLE.invokeExact(capture, address, byteSize));
  }
}
