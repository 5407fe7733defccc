package io.packice.internal.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.PackiceException;
import io.packice.core.StillMappedException;
import io.packice.core.StorageException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of a memfd or a file that this object owns, as an {@link Extent}.
 *
 * <p>It counts who is using it: a descriptor number is handed back to the kernel only when nobody is inside an operation, so a close that
 * races with a mapping never lets the mapping land on another object's bytes.
 */
public final class Descriptor implements Extent {
  private static final int STAGING_BYTES = 1 << 20;
  private static final int SMALL_BYTES = 4096;
  private static final int FIXED_LENGTH = Constant.F_SEAL_GROW.here() | Constant.F_SEAL_SHRINK.here();
  /** Set in {@link #users} once closed; the lower bits count operations under way. */
  private static final int CLOSED = Integer.MIN_VALUE;

  private final int fd;
  private final AtomicInteger users = new AtomicInteger();

  private Descriptor(int fd) {
    this.fd = fd;
  }

  /** A native operation on an open descriptor. */
  private interface Operation<T> {
    T on(int fd) throws PosixException;
  }

  /**
   * A new memfd that can be sealed, of no bytes.
   *
   * @param name what people see in {@code /proc/PID/maps}; shortened to what the kernel takes
   * @return a writable descriptor; the caller closes it
   * @throws StorageException if the host refuses, for example because too many files are open
   */
  public static Descriptor memfd(String name) {
    String label = "packice:" + name.replaceAll("[^\\x21-\\x7e]", "?");
    String shortened = label.substring(0, Math.min(label.length(), 200)); // memfd_create(2) takes at most 249 bytes
    int flags = Constant.MFD_CLOEXEC.here() | Constant.MFD_ALLOW_SEALING.here();
    try {
      return new Descriptor(Posix.memfdCreate(shortened, flags | Constant.MFD_NOEXEC_SEAL.here()));
    } catch (PosixException e) {
      if (!e.is(Constant.EINVAL)) {
        throw failure("create shared memory for " + name, e);
      }
    }
    try { // a kernel before 6.3
      return new Descriptor(Posix.memfdCreate(shortened, flags));
    } catch (PosixException e) {
      throw failure("create shared memory for " + name, e);
    }
  }

  /**
   * Whether this system has memfd.
   *
   * @return false on macOS
   */
  public static boolean hasMemfd() {
    return Platform.HERE.isLinux();
  }

  /**
   * Shared memory of no bytes, which stays so: what an object without blobs has in place of an extent.
   *
   * @param name as for {@link #memfd}
   * @return a read-only descriptor; the caller closes it
   * @throws StorageException if the host refuses
   */
  public static Descriptor ofNothing(String name) {
    if (!hasMemfd()) {
      TemporaryFile file = TemporaryFile.create(name);
      file.writer().close();
      return file.reader();
    }
    try (Descriptor memfd = memfd(name)) {
      memfd.sealLength();
      return memfd.reopen(Access.READ_ONLY);
    }
  }

  /** One that this process has just received; it is this object's from now on. */
  static Descriptor received(int fd) throws PosixException {
    Posix.closeOnExec(fd);
    return new Descriptor(fd);
  }

  /**
   * A new file of no bytes that only this user may read and write.
   *
   * @param path where; nothing may be there
   * @return a writable descriptor; the caller closes it
   * @throws CapacityExceededException if the disk has no room for another file
   * @throws StorageException if the host refuses for another reason, also because something is there
   */
  public static Descriptor create(Path path) {
    try {
      return new Descriptor(Posix.open(path.toString(), Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL, 0600));
    } catch (PosixException e) {
      throw failure("create " + path, e);
    }
  }

  /**
   * Opens a file of this user, or of whoever owns its folder. What somebody else has put there is not opened: a link is not followed, a FIFO or a
   * device is not waited for, another user's file is not read.
   *
   * @param path which
   * @param access as for {@link #reopen}
   * @return a descriptor; the caller closes it
   * @throws StorageException if the host refuses, for example because it is not there, or it is not such a file
   */
  public static Descriptor open(Path path, Access access) {
    try {
      return opened(Posix.open(path.toString(), openFlags(access) | Posix.O_AS_NAMED, 0), path);
    } catch (PosixException e) {
      throw failure("open " + path, e);
    }
  }

  /**
   * Like {@link #open}, of a file that may be missing.
   *
   * @param path which
   * @param access as for {@link #reopen}
   * @return a descriptor; the caller closes it; null if nothing is there
   * @throws StorageException if the host refuses for another reason, or it is not such a file
   */
  public static @Nullable Descriptor openIfThere(Path path, Access access) {
    try {
      return opened(Posix.open(path.toString(), openFlags(access) | Posix.O_AS_NAMED, 0), path);
    } catch (PosixException e) {
      if (e.is(Constant.ENOENT)) {
        return null;
      }
      throw failure("open " + path, e);
    }
  }

  /**
   * Like {@link #open}, for reading and writing, of a file that is made if it is missing, for this user alone.
   *
   * @param path which
   * @return a descriptor; the caller closes it
   * @throws CapacityExceededException if the disk has no room for another file
   * @throws StorageException if the host refuses for another reason, or it is not such a file
   */
  public static Descriptor openOrCreate(Path path) {
    try {
      return opened(Posix.open(path.toString(), Posix.O_RDWR | Posix.O_CREAT | Posix.O_AS_NAMED, 0600), path);
    } catch (PosixException e) {
      throw failure("open " + path, e);
    }
  }

  private static Descriptor opened(int fd, Path path) {
    Descriptor descriptor = new Descriptor(fd);
    try {
      descriptor.requireOwnFile(path);
      return descriptor;
    } catch (Throwable refused) {
      descriptor.close();
      throw refused;
    }
  }

  private FileStatus status(Path path) {
    return use("look at " + path, FileStatus::of);
  }

  private void requireOwnFile(Path path) {
    FileStatus kind = status(path);
    if (!kind.isFile()) {
      throw new StorageException(
          "Cannot open " + path + ": it is no file; somebody has put something else there, move it away");
    }
    if (kind.uid() != Posix.effectiveUid() && kind.uid() != ownerOfFolder(path)) {
      throw new StorageException("Cannot open " + path + ": it belongs to uid " + kind.uid()
          + " and not to whom its folder belongs; somebody has put it there, move it away");
    }
  }

  private static long ownerOfFolder(Path path) {
    Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
    try {
      return FileStatus.of(folder.toString()).uid();
    } catch (PosixException e) {
      throw failure("look at " + folder, e);
    }
  }

  /**
   * Opens a folder.
   *
   * @param path which
   * @return a descriptor; the caller closes it
   * @throws StorageException if the host refuses, for example because it is not there
   */
  static Descriptor openFolder(Path path) {
    try {
      return new Descriptor(Posix.open(path.toString(), Posix.O_RDONLY, 0));
    } catch (PosixException e) {
      throw failure("open " + path, e);
    }
  }

  private static int openFlags(Access access) {
    return access == Access.READ_WRITE ? Posix.O_RDWR : Posix.O_RDONLY;
  }

  @Override
  public Descriptor reopen(Access access) {
    return use("open the extent anew",
        own -> new Descriptor(Posix.reopen(own, openFlags(access))));
  }

  /**
   * Sets memory or disk aside, so that no later store can fail for want of it. The length becomes at least this.
   *
   * @param byteSize bytes from the start; nothing happens for 0
   * @throws CapacityExceededException if the host has no room
   * @throws StorageException if the host refuses for another reason
   */
  public void allocate(long byteSize) {
    if (byteSize > 0) {
      use("set aside " + byteSize + " bytes", own -> {
        Posix.fallocate(own, 0, byteSize);
        return own;
      });
    }
  }

  /**
   * Sets disk aside for a part that may lie beyond the file's end, without making it longer.
   *
   * @param offset where the part begins
   * @param byteSize how long it is; more than 0
   * @throws CapacityExceededException if the host has no room
   * @throws StorageException if the host refuses for another reason
   */
  public void reserve(long offset, long byteSize) {
    use("set aside " + byteSize + " bytes", own -> {
      Posix.reserve(own, offset, byteSize);
      return own;
    });
  }

  /**
   * Cuts the file off.
   *
   * @param byteSize its new length
   * @throws StorageException if the host refuses
   */
  public void truncate(long byteSize) {
    use("cut off at " + byteSize + " bytes", own -> {
      Posix.ftruncate(own, byteSize);
      return own;
    });
  }

  /**
   * Like {@link #allocate}, in huge pages as far as the kernel has them: mapping and first use cost a fraction then.
   *
   * @param byteSize bytes from the start of this memfd, which has none yet; nothing happens for 0
   * @throws CapacityExceededException if the host has no room
   * @throws StorageException if the host refuses for another reason
   */
  public void allocateHuge(long byteSize) {
    use("set aside " + byteSize + " bytes", own -> {
      HugePages.allocate(own, byteSize);
      return own;
    });
    allocate(byteSize);
  }

  /**
   * Forbids everybody to change the length of this memfd from now on.
   *
   * @throws StorageException if the kernel refuses
   */
  public void sealLength() {
    use("seal the length", own -> {
      Posix.addSeals(own, FIXED_LENGTH);
      return own;
    });
  }

  /**
   * Makes this memfd immutable: nobody, the caller included, can write, grow or shrink it, by this or any other descriptor. {@link #completeSeal}
   * follows.
   *
   * @return its length, which is final
   * @throws StillMappedException if somebody maps it writable; nothing has changed
   * @throws StorageException if the kernel refuses for another reason
   */
  public long seal() {
    return use("seal", own -> {
      Posix.addSeals(own, FIXED_LENGTH | Constant.F_SEAL_WRITE.here());
      return FileStatus.of(own).byteSize();
    });
  }

  /**
   * Moves what has been written to this memfd to huge pages, as far as the kernel has them. Nobody notices but by speed.
   *
   * @param byteSize how much of it, from the start: more than its writer has written takes memory
   */
  public void collapse(long byteSize) {
    use("look for huge pages", own -> {
      HugePages.collapse(own, byteSize);
      return own;
    });
  }

  /**
   * Behind {@link #seal}, when there is room for all of it: fills the holes that its writer left, so that a reader cannot run out of memory, and
   * gives up the right to take anything back.
   *
   * @throws CapacityExceededException if there is no room for its holes; it is sealed nevertheless and of no use
   * @throws StorageException if the kernel refuses for another reason
   */
  public void completeSeal() {
    use("seal", own -> {
      FileStatus found = FileStatus.of(own);
      if (found.allocatedBytes() < found.byteSize()) {
        Posix.fallocate(own, 0, found.byteSize());
      }
      Posix.addSeals(own, Constant.F_SEAL_SEAL.here());
      Posix.fchmod(own, 0400); // a second line of defence: a reader of another user cannot even open it for writing
      return own;
    });
  }

  /**
   * Refuses a file that has another name as well: somebody has put a link to it there, or keeps one, and what it is sealed as or made unwritable as
   * would be that one, too.
   *
   * @param path where it was opened, for the message
   * @throws StorageException if it has
   */
  public void requireOneName(Path path) {
    int links = status(path).links();
    if (links != 1) {
      throw new StorageException(
          "Cannot use " + path + ": the file has " + links + " names; only one that has no other can be sealed");
    }
  }

  /**
   * The length of a file that is sealed. One in its place that has another name and may be written to is refused: somebody has put a link to it there, and
   * changes it by that name. One that nobody may write to may have others, such as in a backup.
   *
   * @param path where it was opened, for the message
   * @return bytes
   * @throws StorageException if it is such a file
   */
  public long sealedByteSize(Path path) {
    FileStatus found = status(path);
    if (found.links() > 1 && found.isWritable()) {
      throw new StorageException("Cannot read " + path + ": the file has " + found.links()
          + " names, and may be written to; somebody has put a link where only files belong; move it away");
    }
    return found.byteSize();
  }

  /**
   * Sets who may open this file anew.
   *
   * @param mode permission bits, such as {@code 0400}
   * @throws StorageException if the kernel refuses
   */
  public void setMode(int mode) {
    use("set the mode", own -> {
      Posix.fchmod(own, mode);
      return own;
    });
  }

  /**
   * Makes the file's bytes, or the folder's entries, survive a power cut.
   *
   * @throws CapacityExceededException if the disk turns out to be full
   * @throws StorageException if the disk refuses for another reason
   */
  public void sync() {
    use("write to disk", own -> {
      Posix.fsync(own);
      return own;
    });
  }

  /**
   * Whether anybody, this process included, has this file open for writing or maps it writable. This descriptor must be a read-only one.
   *
   * @return true if somebody has; false if nobody has, or if the file system or the kernel cannot tell (NFS; macOS)
   */
  public boolean isOpenForWriting() {
    return Platform.HERE.isLinux() && use("look for writers", own -> {
      try {
        Posix.tryReadLease(own);
        return false;
      } catch (PosixException e) {
        return e.is(Constant.EAGAIN);
      }
    });
  }

  /**
   * Copies bytes from both descriptors' offsets on, of which nobody has read or written yet; on Linux inside the kernel.
   *
   * @param source where from
   * @param byteSize how many bytes, at most
   * @return how many were there
   * @throws CapacityExceededException if the disk is full
   * @throws StorageException if the disk refuses for another reason
   */
  public long copyFrom(Descriptor source, long byteSize) {
    if (!Platform.HERE.isLinux()) {
      return copyThroughMemory(source, byteSize);
    }
    long done = 0;
    while (done < byteSize) {
      long rest = byteSize - done;
      long count = source.use("copy " + rest + " bytes",
          from -> use("copy " + rest + " bytes", to -> Posix.copyFileRange(from, to, rest)));
      if (count == 0) {
        break;
      }
      done += count;
    }
    return done;
  }

  private long copyThroughMemory(Descriptor source, long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment staging = arena.allocate(Math.clamp(byteSize, 1, STAGING_BYTES));
      long done = 0;
      long count = 1;
      while (done < byteSize && count > 0) {
        count = source.read(staging.asSlice(0, Math.min(staging.byteSize(), byteSize - done)), done);
        writeFully(staging.asSlice(0, count), done);
        done += count;
      }
      return done;
    }
  }

  /**
   * Bytes that are really on disk or in memory: less than the length if there are holes.
   *
   * @return a whole number of the file system's blocks, in bytes
   */
  public long allocatedBytes() {
    return use("read the length", own -> FileStatus.of(own).allocatedBytes());
  }

  @Override
  public long byteSize() {
    return use("read the length", own -> FileStatus.of(own).byteSize());
  }

  @Override
  public MemorySegment map(long offset, long byteSize, Access access, Arena arena) {
    Objects.checkFromIndexSize(offset, byteSize, Long.MAX_VALUE);
    if (byteSize == 0) { // mmap takes no length of 0
      MemorySegment empty = use("map 0 bytes", _ -> MemorySegment.ofAddress(0).reinterpret(0, arena, null));
      return access == Access.READ_ONLY ? empty.asReadOnly() : empty;
    }
    int protection = access == Access.READ_ONLY ? Posix.PROT_READ : Posix.PROT_READ | Posix.PROT_WRITE;
    int flags = switch (access) {
      case READ_ONLY -> Posix.MAP_SHARED;
      case COPY_ON_WRITE -> Posix.MAP_PRIVATE | Posix.MAP_NORESERVE;
      // whoever writes will write all of it; from there on huge pages do the same for less
      case READ_WRITE -> byteSize < HugePages.BYTES ? Posix.MAP_SHARED | Posix.MAP_POPULATE : Posix.MAP_SHARED;
    };
    long before = offset == 0 ? 0 : offset % Posix.pageBytes(); // of a blob, where pages are larger than its boundary
    long whole = before + byteSize;
    long address =
        use("map " + byteSize + " bytes", own -> HugePages.map(own, offset - before, whole, protection, flags));
    try {
      MemorySegment segment = MemorySegment.ofAddress(address + before).reinterpret(byteSize, arena,
          ignored -> unmap(address, whole));
      return access == Access.READ_ONLY ? segment.asReadOnly() : segment;
    } catch (RuntimeException closedArena) {
      unmap(address, whole);
      throw closedArena;
    }
  }

  private static void unmap(long address, long byteSize) {
    try {
      Posix.munmap(address, byteSize);
    } catch (PosixException e) {
      throw failure("unmap " + byteSize + " bytes", e);
    }
  }

  /**
   * Reads without mapping: whatever happens to the file meanwhile, the worst is an exception.
   *
   * @param target native memory to fill
   * @param offset where in the file its first byte stands
   * @return how many bytes were read: fewer than asked for only at the file's end
   * @throws StorageException if the disk refuses
   */
  public long read(MemorySegment target, long offset) {
    long done = 0;
    while (done < target.byteSize()) {
      MemorySegment rest = target.asSlice(done);
      long at = offset + done;
      long count = use("read " + rest.byteSize() + " bytes at " + at, own -> Posix.pread(own, rest, at));
      if (count == 0) {
        break;
      }
      done += count;
    }
    return done;
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    if (target.isDirect()) {
      int count = (int) read(MemorySegment.ofBuffer(target), offset);
      target.position(target.position() + count);
      return count;
    }
    int done = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment staging = arena.allocate(Math.min(STAGING_BYTES, Math.max(1, target.remaining())));
      while (target.hasRemaining()) {
        MemorySegment part = staging.asSlice(0, Math.min(staging.byteSize(), target.remaining()));
        int count = (int) read(part, offset + done);
        target.put(part.asSlice(0, count).asByteBuffer());
        done += count;
        if (count < part.byteSize()) {
          break;
        }
      }
    }
    return done;
  }

  /** All that there is, up to the end, whatever the length says: that of a file of the kernel is 0. */
  byte[] readAll() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(SMALL_BYTES);
      long count;
      do {
        count = read(chunk, all.size());
        all.writeBytes(chunk.asSlice(0, count).toArray(JAVA_BYTE));
      } while (count == SMALL_BYTES);
    }
    return all.toByteArray();
  }

  @Override
  public void write(ByteBuffer source, long offset) {
    if (source.isDirect()) {
      writeFully(MemorySegment.ofBuffer(source), offset);
      source.position(source.limit());
      return;
    }
    try (Arena arena = Arena.ofConfined()) { // the kernel cannot read from the heap, which moves
      MemorySegment staging = arena.allocate(Math.min(STAGING_BYTES, Math.max(1, source.remaining())));
      long at = offset;
      while (source.hasRemaining()) {
        int count = (int) Math.min(staging.byteSize(), source.remaining());
        MemorySegment chunk = staging.asSlice(0, count);
        chunk.copyFrom(MemorySegment.ofBuffer(source.slice(source.position(), count)));
        writeFully(chunk, at);
        source.position(source.position() + count);
        at += count;
      }
    }
  }

  private void writeFully(MemorySegment source, long offset) {
    long done = 0;
    while (done < source.byteSize()) {
      MemorySegment rest = source.asSlice(done);
      long at = offset + done;
      done += use("write " + rest.byteSize() + " bytes at " + at, own -> Posix.pwrite(own, rest, at));
    }
  }

  @Override
  public int fd() {
    if (users.get() < 0) {
      throw closedException();
    }
    return fd;
  }

  @Override
  public void close() {
    int before = users.getAndUpdate(count -> count | CLOSED);
    if (before == 0) {
      release();
    }
  }

  private <T> T use(String verb, Operation<T> operation) {
    int before = users.getAndUpdate(count -> count < 0 ? count : count + 1);
    if (before < 0) {
      throw closedException();
    }
    try {
      return operation.on(fd);
    } catch (PosixException e) {
      throw failure(verb, e);
    } finally {
      if (users.decrementAndGet() == CLOSED) {
        release();
      }
    }
  }

  private void release() {
    try {
      Posix.close(fd);
    } catch (PosixException e) {
      throw failure("close", e);
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("Cannot use this extent: it is closed; acquire the object anew");
  }

  static PackiceException failure(String verb, PosixException cause) {
    String message = "Cannot " + verb + ": " + cause.getMessage();
    if (cause.meansFull()) {
      return new CapacityExceededException(message + "; free memory or disk on this host", cause);
    }
    if (cause.is(Constant.EBUSY)) {
      return new StillMappedException(message + ": somebody maps it writable; unmap it, then seal again", cause);
    }
    return new StorageException(message + advice(cause), cause);
  }

  private static String advice(PosixException cause) {
    if (cause.is(Constant.EISDIR)) {
      return ": somebody has put a folder where only files belong; move it away";
    }
    if (cause.is(Constant.ELOOP)) {
      return ": somebody has put a link where only files belong; move it away";
    }
    if (cause.is(Constant.ENOENT)) {
      return ": somebody has moved or removed it; put it back, or make anew what it was of";
    }
    if (cause.is(Constant.EMFILE) || cause.is(Constant.ENFILE)) {
      return ": too many files are open; close some, or raise the limit (ulimit -n)";
    }
    return "; see the limits of this host";
  }
}
