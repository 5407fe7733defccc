package io.packice.backends.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.packice.core.Extent;
import io.packice.internal.os.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an index, mapped, and where in them which entry is. An entry is read when it is asked for, so that many threads can do so, each by
 * a {@link Reader} of its own. Safe from any thread until it is closed.
 *
 * <p>If the disk gives an error, or somebody cuts the file off, a mapped page is gone, which the JVM makes an {@link InternalError} of. What was
 * there is then as if it had never been.
 */
final class IndexImage implements AutoCloseable {
  /** What an entry takes, more or less. */
  private static final int COMMON_BYTES = 256;

  private final Arena arena;
  private final MemorySegment bytes;
  private final NameTable names;
  /** By the name's number: where the last entry of that name begins. */
  private long[] starts;
  private long entries;
  private long end;

  private IndexImage(Arena arena, MemorySegment bytes) {
    this.arena = arena;
    this.bytes = bytes;
    int expected = (int) Math.min(NameTable.MOST, bytes.byteSize() / COMMON_BYTES + 1);
    starts = new long[expected];
    names = new NameTable(expected);
    find();
  }

  /** An image of nothing. */
  static IndexImage empty() {
    return new IndexImage(Arena.ofShared(), MemorySegment.NULL);
  }

  /** An image of what is in a file now; the file may be closed before it. */
  static IndexImage of(Descriptor file) {
    Arena arena = Arena.ofShared();
    return new IndexImage(arena, file.map(0, file.byteSize(), Extent.Access.READ_ONLY, arena));
  }

  /** Looks for entries up to the first that is not whole. */
  private void find() {
    Reader reader = new Reader();
    try {
      for (int size = reader.load(0); isEntry(reader, size); size = reader.load(end)) {
        int number = names.add(reader.buffer, IndexEntry.NAME_OFFSET);
        if (number == starts.length) {
          starts = Arrays.copyOf(starts, 2 * number);
        }
        starts[number] = end;
        entries++;
        end += size;
      }
    } catch (InternalError pageIsGone) {
      // there is no more than what was found by then
    }
  }

  private boolean isEntry(Reader reader, int size) {
    return size > 0 && IndexEntry.isWhole(reader.buffer, size) && names.count() < NameTable.MOST;
  }

  /** How many names there are. */
  int count() {
    return names.count();
  }

  /** How many entries there are, also such as later ones have replaced. */
  long entries() {
    return entries;
  }

  /** Where the last entry ends, in bytes: what a power cut or a full disk has left half written is behind it. */
  long end() {
    return end;
  }

  /** The number of the name that begins there, in the order in which names were added; -1 if it has no entry. */
  int find(byte[] others, int start) {
    return names.find(others, start);
  }

  /** Gives the entries of these names alone, each as the first so many bytes of a buffer. */
  void retain(Set<FileName> live, ObjIntConsumer<byte[]> target) {
    Reader reader = new Reader();
    for (int number = 0; number < names.count(); number++) {
      FileName name = names.name(number);
      if (name != null && live.contains(name) && reader.entry(number, name) != null) {
        target.accept(reader.buffer, IndexEntry.byteSize(reader.buffer));
      }
    }
  }

  /** Gives the memory back; whoever still reads gets an exception. A second close does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Reads entries, one after the other into the same buffer. For one thread at a time. */
  final class Reader {
    private byte[] buffer = new byte[COMMON_BYTES];

    /** The last entry of the name with a number, which is this one; null if it is not ours. */
    @Nullable
    IndexEntry entry(int number, FileName name) {
      try {
        int size = load(starts[number]);
        return size == 0 ? null : IndexEntry.read(buffer, size, name);
      } catch (InternalError pageIsGone) {
        return null;
      }
    }

    /** Copies what begins there into the buffer; its size, or 0 if it is no entry or cut short. */
    private int load(long start) {
      long rest = bytes.byteSize() - start;
      if (rest < IndexEntry.HEAD_BYTES) {
        return 0;
      }
      MemorySegment.copy(bytes, JAVA_BYTE, start, buffer, 0, IndexEntry.HEAD_BYTES);
      int size = IndexEntry.byteSize(buffer);
      if (size > rest) {
        return 0;
      }
      if (size > buffer.length) {
        buffer = new byte[Math.max(size, 2 * buffer.length)];
      }
      MemorySegment.copy(bytes, JAVA_BYTE, start, buffer, 0, size);
      return size;
    }
  }
}
