package io.packice.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Where the bytes of one object live, opened for one user: a descriptor of one memfd or one file.
 *
 * <p>Whoever was given an extent closes it. Closing closes the descriptor only: segments mapped through it live as long as their
 * arena. A second close does nothing; every other use after close throws {@link IllegalStateException}. Safe from any thread.
 */
public interface Extent extends AutoCloseable {
  /** How a mapping may be used. */
  enum Access {
    /** Reads only; a store through Java throws, a store by native code is stopped by the kernel. */
    READ_ONLY,
    /** Reads and writes of the object itself: only for the holder of a draft. */
    READ_WRITE,
    /** Reads of the object and writes to a private copy of each page that is written: nobody else sees them. */
    COPY_ON_WRITE
  }

  /**
   * The extent's length now. A draft made without sizes grows as its creator writes.
   *
   * @return length in bytes
   * @throws StorageException if the kernel does not tell
   */
  long byteSize();

  /**
   * Opens the same bytes anew, by a descriptor of its own with an offset of its own.
   *
   * @param access {@link Access#READ_ONLY} for one that cannot be used to write, {@link Access#READ_WRITE} for one that can
   * @return an extent; the caller closes it
   * @throws StorageException if the kernel refuses, for example because too many files are open, or because this process may not write
   */
  Extent reopen(Access access);

  /**
   * Maps a part of the extent into this process, without a copy.
   *
   * @param offset where the part starts, in bytes; a multiple of {@value Blob#ALIGNMENT}
   * @param byteSize the part's length in bytes, which may be 0 and may pass 2 GiB
   * @param access how the segment may be used
   * @param arena ends the mapping when it closes; later use of the segment throws {@link IllegalStateException}
   * @return the bytes; read-only unless the access says otherwise
   * @throws StorageException if the kernel refuses, for example because too many mappings exist ({@code vm.max_map_count})
   */
  MemorySegment map(long offset, long byteSize, Access access, Arena arena);

  /**
   * Writes without mapping, which for up to 2 MiB, and for files, is several times faster than storing through a new mapping: no page faults.
   *
   * @param source what to write, from its position to its limit; afterwards its position is at its limit
   * @param offset where in the extent the first byte goes
   * @throws StorageException if the kernel refuses: the host is full, or the extent is not writable
   */
  void write(ByteBuffer source, long offset);

  /**
   * Reads without mapping: whatever happens to the bytes meanwhile, a disk that fails or a file that somebody shortens, the worst is an exception or
   * an end that comes early. Who maps a file is killed by the kernel instead, if it is native code that reads there.
   *
   * @param target what to fill, from its position to its limit; afterwards its position is behind the last byte
   * @param offset where in the extent the first byte comes from
   * @return how many bytes; fewer than there was room for only at the extent's end
   * @throws StorageException if the kernel refuses
   */
  int read(ByteBuffer target, long offset);

  /**
   * The kernel's descriptor, for a transport that passes it on or for native code. It stays this extent's: do not close it, and do
   * not use it after {@link #close}.
   *
   * @return a descriptor number of this process
   */
  int fd();

  /**
   * What the bytes were when they were sealed, as their store has noted apart from them: a bit that the disk has lost since does not change it.
   *
   * @return the CRC-32C of each blob, in order; nothing if the store notes none, as for memory, which the kernel keeps from changing
   * @throws StorageException if what was noted cannot be read; the object is not to be trusted any more
   */
  default Optional<List<Integer>> checksums() {
    return Optional.empty();
  }

  /**
   * The CRC-32C of a blob's bytes as they are now. They are read, not mapped: of a file, somebody may take bytes away meanwhile.
   *
   * @param blob where they are
   * @return the checksum
   * @throws StorageException if the extent ends before the blob does, or cannot be read; discard the object
   */
  default int checksum(Blob blob) {
    long mostBytes = 1 << 20; // at a time: enough for the kernel, little for a thread
    CRC32C crc = new CRC32C();
    try (Arena chunks = Arena.ofConfined()) {
      ByteBuffer chunk = chunks.allocate(Math.clamp(blob.byteSize(), 1, mostBytes)).asByteBuffer();
      for (long at = 0; at < blob.byteSize(); at += chunk.limit()) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), blob.byteSize() - at));
        if (read(chunk, blob.offset() + at) < chunk.limit()) {
          throw new StorageException("Cannot read an object's bytes: they end before byte " + blob.end()
              + "; somebody has cut its file off: discard the object");
        }
        crc.update(chunk.flip());
      }
    }
    return (int) crc.getValue();
  }

  /** Closes the descriptor. */
  @Override
  void close();
}
