package io.packice.internal.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.core.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the files in folders, one after the other, with the length of each. A start goes through hundreds of thousands,
 * so this makes no object for a file: its name is some bytes of an array, and what is asked about it is asked before the next one, and only then looked for. For the thread
 * that made it.
 *
 * <pre>
 * linux_dirent64   0 inode | 8 offset | 16 length of all this | 18 type | 19 name, with a zero byte behind it
 * </pre>
 */
public final class FolderCursor implements AutoCloseable {
  private static final int ENTRY_BYTES_OFFSET = 16;
  private static final int ENTRY_NAME_OFFSET = 19;
  /** Types of entries (DT_UNKNOWN, DT_REG): not every file system tells. */
  private static final byte UNKNOWN = 0;
  private static final byte FILE = 8;
  /** What entries are rounded up to, so that a name ends in the last so many bytes. */
  private static final int ENTRY_ALIGNMENT = 8;
  /** Of a name of four times 255 bytes. */
  private static final int MOST_ENTRY_BYTES = 1 << 11;
  /** What the C library reads at once, too. */
  private static final int CHUNK_BYTES = 1 << 15;

  private final boolean readsEntries;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment chunk = arena.allocate(CHUNK_BYTES, Long.BYTES);
  private final MemorySegment found = arena.allocate(FileStatus.BYTES, Long.BYTES);
  private final byte[] bytes = new byte[CHUNK_BYTES];
  private Path path = Path.of("");
  private @Nullable Descriptor folder;
  private int filled;
  private int next;
  private int start;
  private int end;
  private String @Nullable [] names;
  private int listed;

  /** In no folder yet. */
  public FolderCursor() {
    this(Platform.HERE.isLinux());
  }

  /** The same, whether or not the kernel lets programs read entries. */
  FolderCursor(boolean readsEntries) {
    this.readsEntries = readsEntries;
  }

  /**
   * Begins with a folder; the one before it is left.
   *
   * @param folderPath the folder
   * @throws StorageException if it cannot be opened
   */
  public void open(Path folderPath) {
    leave();
    path = folderPath;
    folder = Descriptor.openFolder(folderPath);
  }

  /**
   * Goes on to the next file, or folder in the folder.
   *
   * @return false if there is none any more
   * @throws StorageException if the folder cannot be read
   */
  public boolean next() {
    Descriptor opened = folder;
    if (opened == null) {
      return false;
    }
    do {
      if (next == filled && !fill(opened)) {
        return false;
      }
      int entry = next;
      next += (bytes[entry + ENTRY_BYTES_OFFSET] & 0xff) | (bytes[entry + ENTRY_BYTES_OFFSET + 1] & 0xff) << Byte.SIZE;
      start = entry + ENTRY_NAME_OFFSET;
      end = Math.max(start, next - ENTRY_ALIGNMENT);
      while (bytes[end] != 0) {
        end++;
      }
    } while (isFolderItself());
    return true;
  }

  private boolean fill(Descriptor opened) {
    next = 0;
    if (!readsEntries) {
      return fillByNames();
    }
    try {
      filled = Posix.getdents(opened.fd(), chunk);
    } catch (PosixException e) {
      throw Descriptor.failure("list " + path, e);
    }
    MemorySegment.copy(chunk, JAVA_BYTE, 0, bytes, 0, filled);
    return filled > 0;
  }

  /** Where programs may not read entries themselves: some of the names, as the same entries. */
  private boolean fillByNames() {
    if (names == null) {
      names = path.toFile().list();
      if (names == null) {
        throw new StorageException("Cannot list " + path + "; see that it is there and can be read");
      }
    }
    filled = 0;
    while (listed < names.length && filled <= CHUNK_BYTES - MOST_ENTRY_BYTES) {
      byte[] name = names[listed++].getBytes(UTF_8);
      int entry = filled;
      filled += (ENTRY_NAME_OFFSET + name.length + ENTRY_ALIGNMENT) & -ENTRY_ALIGNMENT;
      Arrays.fill(bytes, entry, filled, (byte) 0);
      bytes[entry + ENTRY_BYTES_OFFSET] = (byte) (filled - entry);
      bytes[entry + ENTRY_BYTES_OFFSET + 1] = (byte) ((filled - entry) >> Byte.SIZE);
      System.arraycopy(name, 0, bytes, entry + ENTRY_NAME_OFFSET, name.length);
    }
    MemorySegment.copy(bytes, 0, chunk, JAVA_BYTE, 0, filled);
    return filled > 0;
  }

  /** Whether it is "." or "..". */
  private boolean isFolderItself() {
    return bytes[start] == '.' && (end - start == 1 || (end - start == 2 && bytes[start + 1] == '.'));
  }

  /**
   * The file's name.
   *
   * @return its text; what is no UTF-8 is replaced
   */
  public String name() {
    return new String(bytes, start, end - start, UTF_8);
  }

  /**
   * What the file's name stands in, among other things.
   *
   * @return the bytes, for reading only; others from the next file on
   */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Where the file's name begins.
   *
   * @return its place in {@link #bytes()}
   */
  public int start() {
    return start;
  }

  /**
   * Where the file's name ends.
   *
   * @return the place behind it in {@link #bytes()}
   */
  public int end() {
    return end;
  }

  /**
   * Whether it is a file, without a look at it where the folder says so.
   *
   * @return false if it is a folder, a link, a FIFO, or gone
   */
  public boolean isFile() {
    byte type = bytes[start - 1];
    return type == UNKNOWN ? byteSize() >= 0 : type == FILE;
  }

  /**
   * The file's length, for which it is looked at.
   *
   * @return bytes; -1 if it is no file, but a link or a FIFO, or was gone when it was looked at, or could not be
   */
  public long byteSize() {
    boolean isThere = FileStatus.look(Objects.requireNonNull(folder).fd(), chunk.asSlice(start), found);
    return isThere && FileStatus.isFile(found) ? FileStatus.byteSize(found) : -1;
  }

  private void leave() {
    if (folder != null) {
      folder.close();
      folder = null;
    }
    next = 0;
    filled = 0;
    names = null;
    listed = 0;
  }

  /** Leaves the folder and frees memory; a second close does nothing. */
  @Override
  public void close() {
    leave();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
