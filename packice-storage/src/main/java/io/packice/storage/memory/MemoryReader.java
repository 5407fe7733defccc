package io.packice.storage.memory;

import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** One version of a file, which nobody can change. */
final class MemoryReader implements NodeReader {
  private final MemoryBackend backend;
  private final String path;
  private final MemoryFile file;
  private final NodeInfo info;

  MemoryReader(MemoryBackend backend, String path, MemoryFile file, NodeInfo info) {
    this.backend = backend;
    this.path = path;
    this.file = file;
    this.info = info;
  }

  @Override
  public NodeInfo info() {
    return info;
  }

  @Override
  public void read(long offset, MemorySegment target) {
    Objects.requireNonNull(file.content()).read(offset, target);
  }

  @Override
  public boolean isStillCurrent() {
    return backend.isNewest(path, file);
  }

  @Override
  public void close() {
    // holds nothing
  }
}
