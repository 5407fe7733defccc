package io.packice.storage;

import java.lang.foreign.MemorySegment;

/** A service's writer that holds its mount open. */
final class OpenedWriter implements NodeWriter {
  private final Place place;
  private final NodeWriter writer;
  private boolean ended;

  OpenedWriter(Place place, NodeWriter writer) {
    this.place = place;
    this.writer = writer;
  }

  @Override
  public void write(MemorySegment bytes) {
    requireOpen();
    writer.write(bytes);
  }

  @Override
  public NodeInfo commit() {
    requireOpen();
    ended = true; // a commit that failed is not repeated: nobody knows how far it came
    return place.seen(writer.commit());
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("Cannot write: the writer is committed or closed; open another one");
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      writer.close();
    } finally {
      place.close();
    }
  }
}
