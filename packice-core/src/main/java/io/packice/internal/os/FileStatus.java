package io.packice.internal.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;

/**
 * What the kernel knows of a file: by statx on Linux, by fstat and fstatat elsewhere.
 *
 * @param isFile false for a folder, a link and whatever else has a name
 * @param isWritable whether anybody has the right to write to it
 * @param links how many names it has
 * @param uid whose it is
 * @param byteSize its length
 * @param allocatedBytes what is really on disk or in memory
 * @param stamp tells it from what it was or will be
 */
record FileStatus(boolean isFile, boolean isWritable, int links, long uid, long byteSize, long allocatedBytes,
    FileStamp stamp) {
  private static final boolean IS_LINUX = Platform.HERE.isLinux();
  static final int BYTES = Constant.STAT_BYTES.here();
  private static final int MASK = Constant.STATX_ASKED.here();
  private static final int AS_NAMED = Constant.AT_SYMLINK_NOFOLLOW.here();
  private static final int BLOCK_BYTES = 512;
  private static final int WRITE_BITS = 0222;

  private static final class Statx {
    static final MethodHandle HANDLE = Posix.link("statx",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  }

  /** Without errno, and with addresses as plain numbers: what the compiler has to make of it is a fraction. */
  private static final class StatxFast {
    static final MethodHandle HANDLE = Posix.LINKER.downcallHandle(Posix.LINKER.defaultLookup().findOrThrow("statx"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  private static final class Fstat {
    static final MethodHandle HANDLE = Posix.link("fstat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  }

  private static final class Fstatat {
    static final MethodHandle HANDLE =
        Posix.link("fstatat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  }

  /** A native call that fills a struct statx, or a struct stat. */
  private interface Look {
    int into(MemorySegment buffer, MemorySegment capture, SegmentAllocator scratch) throws Throwable;
  }

  private static FileStatus of(String call, Look look) throws PosixException {
    FileStatus[] found = new FileStatus[1];
    Posix.call(call, (capture, scratch) -> {
      MemorySegment buffer = scratch.allocate(BYTES, Long.BYTES);
      int result = look.into(buffer, capture, scratch);
      found[0] = in(buffer);
      return result;
    });
    return found[0];
  }

  /** Of what a descriptor is of. */
  static FileStatus of(int fd) throws PosixException {
    return IS_LINUX ? statx(fd, "", Constant.AT_EMPTY_PATH.here())
        : of("fstat", (buffer, capture, _) -> (int) Fstat.HANDLE.invokeExact(capture, fd, buffer));
  }

  /** Of what has a name, which may be a link. */
  static FileStatus of(String path) throws PosixException {
    int folder = Constant.AT_FDCWD.here();
    return IS_LINUX ? statx(folder, path, AS_NAMED)
        : of("fstatat", (buffer, capture, scratch) -> (int) Fstatat.HANDLE.invokeExact(capture, folder,
            scratch.allocateFrom(path), buffer, AS_NAMED));
  }

  private static FileStatus statx(int folder, String path, int flags) throws PosixException {
    return of("statx", (buffer, capture, scratch) -> (int) Statx.HANDLE.invokeExact(capture, folder,
        scratch.allocateFrom(path), flags, MASK, buffer));
  }

  /**
   * Looks at a file of an open folder: on Linux without a walk along the path, and without memory for each call, because a start looks at very many.
   *
   * @param name its name, with a zero byte behind it
   * @param target {@link #BYTES} for what {@link #isFile} and {@link #byteSize(MemorySegment)} read
   * @return false if it is not there, or cannot be looked at
   */
  static boolean look(int folder, MemorySegment name, MemorySegment target) {
    try {
      if (IS_LINUX) {
        return (int) StatxFast.HANDLE.invokeExact(folder, name.address(), AS_NAMED, MASK, target.address()) == 0;
      }
      long _ = Posix.call("fstatat",
          (capture, _) -> (int) Fstatat.HANDLE.invokeExact(capture, folder, name, target, AS_NAMED));
      return true;
    } catch (PosixException gone) {
      return false;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Cannot look at files", e);
    }
  }

  private static FileStatus in(MemorySegment found) {
    FileStamp stamp = new FileStamp(Field.STAT_INODE.get(found), byteSize(found),
        Field.STAT_CHANGED_SECONDS.get(found), (int) Field.STAT_CHANGED_NANOS.get(found));
    return new FileStatus(isFile(found), (Field.STAT_MODE.get(found) & WRITE_BITS) != 0,
        (int) Field.STAT_NLINK.get(found), Field.STAT_UID.get(found),
        byteSize(found), Field.STAT_BLOCKS.get(found) * BLOCK_BYTES, stamp);
  }

  /** Whether it is a file, and nothing else that can have a name. */
  static boolean isFile(MemorySegment found) {
    return (Field.STAT_MODE.get(found) & Constant.S_IFMT.here()) == Constant.S_IFREG.here();
  }

  static long byteSize(MemorySegment found) {
    return Field.STAT_SIZE.get(found);
  }
}
