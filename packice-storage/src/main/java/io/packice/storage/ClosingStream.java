package io.packice.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A reader's stream that closes the reader with itself. */
final class ClosingStream extends FilterInputStream {
  private final NodeReader reader;

  private ClosingStream(NodeReader reader, InputStream stream) {
    super(stream);
    this.reader = reader;
  }

  static InputStream of(NodeReader reader) {
    try {
      return new ClosingStream(reader, reader.stream(0));
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      reader.close();
    }
  }
}
