package io.packice.arrow.imports;

import io.packice.arrow.batch.PartFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** An {@link ImportSource} that is open to be read in any order. For one thread; whoever opened it closes it. */
public interface ImportRanges extends AutoCloseable {
  /**
   * How long it is.
   *
   * @return bytes
   * @throws IOException if it cannot be looked at
   */
  long size() throws IOException;

  /**
   * Reads some bytes, at least one if there are any.
   *
   * @param target where to, as many as it has room for at most
   * @param position of the first
   * @return how many; -1 from its end on
   * @throws IOException if it cannot be read
   */
  int read(ByteBuffer target, long position) throws IOException;

  /**
   * All bytes as memory: those of a local file are mapped, others are read.
   *
   * @param arena how long the memory stays
   * @return the bytes, to be read only
   * @throws IOException if it cannot be read
   */
  default MemorySegment all(Arena arena) throws IOException {
    long size = size();
    MemorySegment bytes = arena.allocate(Math.max(1, size), PartFile.ALIGNMENT).asSlice(0, size);
    for (long done = 0; done < size;) {
      ByteBuffer piece = bytes.asSlice(done, Math.min(size - done, 1 << 30)).asByteBuffer();
      int count = read(piece, done);
      if (count < 0) {
        throw new EOFException("it ends after " + done + " of its " + size + " bytes");
      }
      done += count;
    }
    return bytes.asReadOnly();
  }

  /** Closes them; the source stays open. */
  @Override
  void close() throws IOException;

  /**
   * Opens a source for a format that seeks.
   *
   * @param source which
   * @param why what is read from where, such as {@code Parquet is read from its end}
   * @return its ranges, which the caller closes
   * @throws ImportException if it has none
   * @throws IOException if it cannot be read
   */
  static ImportRanges of(ImportSource source, String why) throws IOException {
    ImportRanges ranges = source.ranges();
    if (ranges == null) {
      throw new ImportException("Cannot import " + source.name() + ": it can only be read from start to end, and " + why
          + "; save it as a file, and import that");
    }
    return ranges;
  }
}
