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
import java.util.function.Function;

/**
 * The native calls of Packice, but for those that look at files ({@link FileStatus}): thin wrappers over the C library that turn errno into
 * {@link PosixException}. What the systems have different numbers for stands in {@link Constant} and {@link Field}. What only Linux has is either done otherwise
 * elsewhere, in the same method, or belongs to what nobody asks for there: memfd, seals, huge pages.
 */
final class Posix {
  private static final boolean IS_LINUX = Platform.HERE.isLinux();

  private static final int EINTR = Constant.EINTR.here();

  static final int O_RDONLY = Constant.O_RDONLY.here();
  static final int O_RDWR = Constant.O_RDWR.here();
  static final int O_CREAT = Constant.O_CREAT.here();
  static final int O_EXCL = Constant.O_EXCL.here();
  /** Opens what has this very name, and comes back at once whatever that is: of a FIFO nobody waits for who is at its other end. */
  static final int O_AS_NAMED = Constant.O_NOFOLLOW.here() | Constant.O_NONBLOCK.here();
  private static final int O_CLOEXEC = Constant.O_CLOEXEC.here();

  static final int PROT_READ = Constant.PROT_READ.here();
  static final int PROT_WRITE = Constant.PROT_WRITE.here();
  static final int MAP_SHARED = Constant.MAP_SHARED.here();
  static final int MAP_PRIVATE = Constant.MAP_PRIVATE.here();
  static final int MAP_FIXED = Constant.MAP_FIXED.here();
  static final int MAP_NORESERVE = Constant.MAP_NORESERVE.here();
  static final int MAP_POPULATE = Constant.MAP_POPULATE.here();

  private static final int MSG_NOSIGNAL = Constant.MSG_NOSIGNAL.here();
  private static final int MSG_CMSG_CLOEXEC = Constant.MSG_CMSG_CLOEXEC.here();
  /** The most groups that a process may have (NGROUPS_MAX). */
  private static final int MAX_GROUPS = 65_536;

  static final Linker LINKER = Linker.nativeLinker();
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

  /** The same with a structure in place of a number. */
  private static final class FcntlStructure {
    static final MethodHandle HANDLE = link("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
        Linker.Option.firstVariadicArg(2));
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

  private static final class Getpagesize {
    static final int BYTES = invoke();

    private static int invoke() {
      try {
        return (int) LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("getpagesize"),
            FunctionDescriptor.of(JAVA_INT)).invokeExact();
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new LinkageError("Cannot call getpagesize", e);
      }
    }
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

  /** A native call whose result, if negative, comes with an errno in {@code capture}. */
  interface Call {
    long invoke(MemorySegment capture, SegmentAllocator scratch) throws Throwable;
  }

  static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
  }

  /** Calls, again if a signal came between, and throws for an errno. */
  static long call(String name, Call call) throws PosixException {
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

  /** Memory or disk behind a part of a file, which is at least as long as that then. */
  static void fallocate(int fd, long offset, long byteSize) throws PosixException {
    if (IS_LINUX) {
      call("fallocate", (capture, _) -> (int) Fallocate.HANDLE.invokeExact(capture, fd, 0, offset, byteSize));
      return;
    }
    reserve(fd, offset, byteSize);
    if (FileStatus.of(fd).byteSize() < offset + byteSize) {
      ftruncate(fd, offset + byteSize);
    }
  }

  /** Disk behind a part of a file that may lie beyond its end, which stays where it is. */
  static void reserve(int fd, long offset, long byteSize) throws PosixException {
    if (IS_LINUX) {
      int keepSize = Constant.FALLOC_FL_KEEP_SIZE.here();
      call("fallocate", (capture, _) -> (int) Fallocate.HANDLE.invokeExact(capture, fd, keepSize, offset, byteSize));
      return;
    }
    long missing = offset + byteSize - FileStatus.of(fd).allocatedBytes();
    if (missing > 0) {
      fcntl(fd, "F_PREALLOCATE", Constant.F_PREALLOCATE.here(), scratch -> {
        MemorySegment store = scratch.allocate(Constant.FSTORE_BYTES.here(), Long.BYTES);
        Field.FSTORE_FLAGS.set(store, Constant.F_ALLOCATEALL.here());
        Field.FSTORE_POSMODE.set(store, Constant.F_PEOFPOSMODE.here());
        Field.FSTORE_LENGTH.set(store, missing);
        return store;
      });
    }
  }

  private static int fcntl(int fd, String name, int command, int argument) throws PosixException {
    return (int) call("fcntl(" + name + ")",
        (capture, _) -> (int) Fcntl.HANDLE.invokeExact(capture, fd, command, argument));
  }

  private static void fcntl(int fd, String name, int command, Function<SegmentAllocator, MemorySegment> argument)
      throws PosixException {
    call("fcntl(" + name + ")", (capture, scratch) -> (int) FcntlStructure.HANDLE.invokeExact(capture, fd, command,
        argument.apply(scratch)));
  }

  static void addSeals(int fd, int seals) throws PosixException {
    fcntl(fd, "F_ADD_SEALS", Constant.F_ADD_SEALS.here(), seals);
  }

  static void fchmod(int fd, int mode) throws PosixException {
    call("fchmod", (capture, scratch) -> (int) Fchmod.HANDLE.invokeExact(capture, fd, mode));
  }

  static int open(String path, int flags, int mode) throws PosixException {
    return (int) call("open",
        (capture,
            scratch) -> (int) Open.HANDLE.invokeExact(capture, scratch.allocateFrom(path), flags | O_CLOEXEC, mode));
  }

  /** Another descriptor of what an own one is of; where there is no {@code /proc}, with the same rights and the same offset. */
  static int reopen(int fd, int flags) throws PosixException {
    return IS_LINUX ? open("/proc/self/fd/" + fd, flags, 0)
        : fcntl(fd, "F_DUPFD_CLOEXEC", Constant.F_DUPFD_CLOEXEC.here(), 0);
  }

  /** On macOS fsync itself leaves it to the disk when (fsync(2)). */
  static void fsync(int fd) throws PosixException {
    if (!IS_LINUX) {
      fcntl(fd, "F_FULLFSYNC", Constant.F_FULLFSYNC.here(), 0);
      return;
    }
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
    fcntl(fd, "F_SETSIG", Constant.F_SETSIG.here(), Constant.SIGURG.here());
    fcntl(fd, "F_SETLEASE", Constant.F_SETLEASE.here(), Constant.F_RDLCK.here());
    fcntl(fd, "F_SETLEASE", Constant.F_SETLEASE.here(), Constant.F_UNLCK.here());
  }

  /** The supplementary groups of the process at the other end of a connected Unix socket, at the time when it connected; on macOS the first 16. */
  static int[] peerGroups(int fd) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment groups = arena.allocate(JAVA_INT, MAX_GROUPS);
      if (IS_LINUX) {
        int length = getsockopt(fd, Constant.SOL_SOCKET, Constant.SO_PEERGROUPS, groups);
        return groups.asSlice(0, length).toArray(JAVA_INT);
      }
      int _ = getsockopt(fd, Constant.PEER_LEVEL, Constant.LOCAL_PEERCRED,
          groups.asSlice(0, Constant.XUCRED_BYTES.here()));
      return groups.asSlice(Constant.XUCRED_GROUPS.here(), Integer.BYTES * Field.XUCRED_NGROUPS.get(groups))
          .toArray(JAVA_INT);
    }
  }

  /** How long the answer is. */
  private static int getsockopt(int fd, Constant level, Constant option, MemorySegment answer) throws PosixException {
    int[] bytes = new int[1];
    call("getsockopt(" + option + ")", (capture, scratch) -> {
      MemorySegment length = scratch.allocateFrom(JAVA_INT, (int) answer.byteSize());
      int result = (int) Getsockopt.HANDLE.invokeExact(capture, fd, level.here(), option.here(), answer, length);
      bytes[0] = length.get(JAVA_INT, 0);
      return result;
    });
    return bytes[0];
  }

  /** A Unix socket of a stream that is not connected, and whose calls do not wait. */
  static int socket() throws PosixException {
    int type = Constant.SOCK_STREAM.here() | (IS_LINUX ? Constant.O_NONBLOCK.here() | O_CLOEXEC : 0);
    int fd = (int) call("socket",
        (capture, _) -> (int) Socket.HANDLE.invokeExact(capture, Constant.AF_UNIX.here(), type, 0));
    closeOnExec(fd);
    if (!IS_LINUX) {
      fcntl(fd, "F_SETFL", Constant.F_SETFL.here(), Constant.O_NONBLOCK.here());
    }
    return fd;
  }

  /** Does not hand a descriptor on to programs that this one starts; on Linux each is born so. */
  static void closeOnExec(int fd) throws PosixException {
    if (!IS_LINUX) {
      fcntl(fd, "F_SETFD", Constant.F_SETFD.here(), Constant.FD_CLOEXEC.here());
    }
  }

  /** Connects to a path, which is at most 107 bytes long; 103 on macOS. */
  static void connect(int fd, String path) throws PosixException {
    call("connect", (capture, scratch) -> {
      MemorySegment name = scratch.allocateFrom(path);
      MemorySegment address = scratch.allocate(Short.BYTES + name.byteSize(), Short.BYTES);
      if (IS_LINUX) {
        address.set(JAVA_SHORT, 0, (short) Constant.AF_UNIX.here());
      } else { // the length comes first, and each has one byte
        address.set(JAVA_BYTE, 0, (byte) address.byteSize());
        address.set(JAVA_BYTE, 1, (byte) Constant.AF_UNIX.here());
      }
      address.asSlice(Short.BYTES).copyFrom(name);
      return (int) Connect.HANDLE.invokeExact(capture, fd, address, (int) address.byteSize());
    });
  }

  /** The process at the other end of a connected Unix socket. */
  static int peerPid(int fd) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(Constant.PEER_PID_BYTES.here(), Integer.BYTES);
      int _ = getsockopt(fd, Constant.PEER_LEVEL, Constant.PEER_PID, found);
      return found.get(JAVA_INT, 0);
    }
  }

  /** Whether nobody is at the other end of a socket any more; somebody who only sends nothing more is. Does not wait. */
  static boolean isHungUp(int fd) throws PosixException {
    short[] happened = new short[1];
    call("poll", (capture, scratch) -> {
      MemorySegment asked = scratch.allocate(Constant.POLLFD_BYTES.here(), Long.BYTES);
      asked.set(JAVA_LONG, 0, 0); // of nothing but what poll always tells
      asked.set(JAVA_INT, 0, fd);
      int result = (int) Poll.HANDLE.invokeExact(capture, asked, 1L, 0);
      happened[0] = asked.get(JAVA_SHORT, Constant.POLLFD_REVENTS.here());
      return result;
    });
    return (happened[0] & (Constant.POLLHUP.here() | Constant.POLLERR.here() | Constant.POLLNVAL.here())) != 0;
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
    call("shutdown", (capture, _) -> (int) Shutdown.HANDLE.invokeExact(capture, fd, Constant.SHUT_RDWR.here()));
  }

  /** Closes; never again for the same descriptor, not even after EINTR, because the kernel has let it go by then (close(2)). */
  static void close(int fd) throws PosixException {
    call("close", (capture, scratch) -> {
      int result = (int) CLOSE.invokeExact(capture, fd);
      return result == -1 && (int) ERRNO.get(capture, 0L) == EINTR ? 0 : result;
    });
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

  /**
   * Reads on in an open folder.
   *
   * @return how many bytes of entries there are in the target now; 0 at the end
   */
  static int getdents(int folder, MemorySegment target) throws PosixException {
    return (int) call("getdents64",
        (capture, _) -> (long) Getdents.HANDLE.invokeExact(capture, folder, target, target.byteSize()));
  }

  static long pwrite(int fd, MemorySegment source, long offset) throws PosixException {
    return call("pwrite",
        (capture, scratch) -> (long) Pwrite.HANDLE.invokeExact(capture, fd, source, source.byteSize(), offset));
  }

  static long pread(int fd, MemorySegment target, long offset) throws PosixException {
    return call("pread",
        (capture, _) -> (long) Pread.HANDLE.invokeExact(capture, fd, target, target.byteSize(), offset));
  }

  /** What offsets of mappings are whole numbers of. */
  static int pageBytes() {
    return Getpagesize.BYTES;
  }

  /** Maps at an address, or, if that is 0, where there is room. */
  static long mmap(long address, int fd, long offset, long byteSize, int protection, int flags) throws PosixException {
    return call("mmap",
        (capture, _) -> (long) Mmap.HANDLE.invokeExact(capture, address, byteSize, protection, flags, fd, offset));
  }

  /** Addresses that nobody else gets and that nobody can use. */
  static long reserve(long byteSize) throws PosixException {
    return mmap(0, -1, 0, byteSize, Constant.PROT_NONE.here(),
        MAP_PRIVATE | Constant.MAP_ANONYMOUS.here() | MAP_NORESERVE);
  }

  static void madvise(long address, long byteSize, int advice) throws PosixException {
    call("madvise", (capture, _) -> (int) Madvise.HANDLE.invokeExact(capture, address, byteSize, advice));
  }

  static void munmap(long address, long byteSize) throws PosixException {
    call("munmap", (capture, scratch) -> (int) Munmap.HANDLE.invokeExact(capture, address, byteSize));
  }
}
