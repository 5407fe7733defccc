package io.packice.storage.memory;

import io.packice.storage.NodeInfo;
import io.packice.storage.NodeWriter;
import io.packice.storage.WriteOptions;
import java.lang.foreign.MemorySegment;

/** A file that is not yet seen. */
final class MemoryWriter implements NodeWriter {
  private final MemoryBackend backend;
  private final String path;
  private final WriteOptions options;
  private final Content content;
  private final boolean appends;
  private boolean ended;

  MemoryWriter(MemoryBackend backend, String path, WriteOptions options, Content content, boolean appends) {
    this.backend = backend;
    this.path = path;
    this.options = options;
    this.content = content;
    this.appends = appends;
  }

  @Override
  public void write(MemorySegment bytes) {
    backend.take(path, bytes.byteSize());
    content.add(bytes);
  }

  @Override
  public NodeInfo commit() {
    NodeInfo info = appends ? backend.extend(path, content) : backend.put(path, content, options);
    ended = true;
    return info;
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      backend.giveBack(content.size());
    }
  }
}
