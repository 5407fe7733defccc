package io.packice.backends.file;

import io.packice.core.Extent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The file of a sealed object, together with the checksums that were noted at its seal. */
public final class NotedExtent implements Extent {
  private final Extent file;
  private final List<Integer> checksums;

  /**
   * Puts them together.
   *
   * @param file the bytes; closed with this
   * @param checksums the CRC-32C of each blob
   */
  public NotedExtent(Extent file, List<Integer> checksums) {
    this.file = file;
    this.checksums = checksums;
  }

  @Override
  public Optional<List<Integer>> checksums() {
    return Optional.of(checksums);
  }

  @Override
  public long byteSize() {
    return file.byteSize();
  }

  @Override
  public Extent reopen(Access access) {
    return file.reopen(access);
  }

  @Override
  public MemorySegment map(long offset, long byteSize, Access access, Arena arena) {
    return file.map(offset, byteSize, access, arena);
  }

  @Override
  public void write(ByteBuffer source, long offset) {
    file.write(source, offset);
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    return file.read(target, offset);
  }

  @Override
  public int fd() {
    return file.fd();
  }

  @Override
  public void close() {
    file.close();
  }
}
