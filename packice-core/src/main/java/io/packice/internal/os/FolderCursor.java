package io.packice.internal.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.core.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the files in folders, one after the other, with the length of each. A start goes through hundreds of thousands,
 * so this makes no object for a file: its name is some bytes of an array, and what is asked about it is asked before the next one. For the thread
 * that made it.
 *
 * <pre>
 * linux_dirent64   0 inode | 8 offset | 16 length of all this | 18 type | 19 name, with a zero byte behind it
 * </pre>
 */
public final class FolderCursor implements AutoCloseable {
  private static final int ENTRY_BYTES_OFFSET = 16;
  private static final int ENTRY_NAME_OFFSET = 19;
  /** What entries are rounded up to, so that a name ends in the last so many bytes. */
  private static final int ENTRY_ALIGNMENT = 8;
  /** What the C library reads at once, too. */
  private static final int CHUNK_BYTES = 1 << 15;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment chunk = arena.allocate(CHUNK_BYTES, Long.BYTES);
  private final MemorySegment found = arena.allocate(Posix.STATX_BYTES, Long.BYTES);
  private final byte[] bytes = new byte[CHUNK_BYTES];
  private Path path = Path.of("");
  private @Nullable Descriptor folder;
  private int filled;
  private int next;
  private int start;
  private int end;
  private boolean isThere;

  /** In no folder yet. */
  public FolderCursor() {
    // what it needs is taken where it is declared
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
    isThere = Posix.stamp(opened.fd(), chunk.address() + start, found);
    return true;
  }

  private boolean fill(Descriptor opened) {
    try {
      next = 0;
      filled = Posix.getdents(opened.fd(), chunk);
    } catch (PosixException e) {
      throw Descriptor.failure("list " + path, e);
    }
    MemorySegment.copy(chunk, JAVA_BYTE, 0, bytes, 0, filled);
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
   * The file's length.
   *
   * @return bytes; -1 if it is no file, but a link or a FIFO, or was gone when it was looked at, or could not be
   */
  public long byteSize() {
    return isThere && Posix.isFile(found) ? Posix.byteSize(found) : -1;
  }

  private void leave() {
    if (folder != null) {
      folder.close();
      folder = null;
    }
    next = 0;
    filled = 0;
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
