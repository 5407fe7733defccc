package io.packice.storage;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/** A service's reader, whose failures that may pass are tried again, and that holds its mount open. */
final class OpenedReader implements NodeReader {
  private final StorageNode node;
  private final Place place;
  private final NodeReader reader;
  private final Retry retry;

  OpenedReader(StorageNode node, Place place, NodeReader reader, Retry retry) {
    this.node = node;
    this.place = place;
    this.reader = reader;
    this.retry = retry;
  }

  @Override
  public NodeInfo info() {
    return place.seen(reader.info());
  }

  @Override
  public OptionalLong size() {
    return reader.size();
  }

  @Override
  public void read(long offset, MemorySegment target) {
    if (offset < 0) {
      throw new IllegalArgumentException(
          "Cannot read " + node + " from " + offset + ": offsets begin at 0; correct it");
    }
    place.require(Capability.RANGE, Place.Right.READ, "read a range of", node);
    OptionalLong size = reader.size();
    if (size.isPresent() && offset + target.byteSize() > size.getAsLong()) {
      throw new ChangedException(
          "Cannot read " + node + ": it has " + size.getAsLong() + " bytes, not " + offset + " + " + target.byteSize()
              + "; ask for its size");
    }
    if (target.byteSize() > 0) {
      retry.call(() -> {
        reader.read(offset, target);
        return true;
      });
    }
  }

  @Override
  public InputStream stream(long offset) {
    return new ResumingStream(node, reader, offset, retry).opening();
  }

  @Override
  public boolean isStillCurrent() {
    return retry.call(reader::isStillCurrent);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } finally {
      place.close();
    }
  }
}
