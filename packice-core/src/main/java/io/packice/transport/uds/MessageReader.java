package io.packice.transport.uds;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into JSON objects, which stand one after the other with any white space or none between them. It only counts braces
 * outside strings; whether what it cuts out is good JSON is for the parser to say. For one thread at a time.
 */
final class MessageReader {
  private static final int FIRST_BUFFER_BYTES = 4096;

  private final Source in;
  private final int maxBytes;

  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
  private int start; // of the message that is being read
  private int scanned; // bytes before this one have been looked at
  private int filled; // bytes before this one have been received
  private int depth;
  private boolean inString;
  private boolean escaped;

  /** Where bytes come from. */
  @FunctionalInterface
  interface Source {
    /** As {@link java.io.InputStream#read(byte[], int, int)} does. */
    int read(byte[] target, int offset, int length) throws IOException;
  }

  /** What is on the stream is no sequence of JSON objects, or one is too large; there is no way to find the next. */
  static final class BadFrameException extends IOException {
    private static final long serialVersionUID = 1;

    BadFrameException(String message) {
      super(message);
    }
  }

  MessageReader(Source in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * The next message, as soon as it is complete.
   *
   * @return its bytes; null at the end of the stream, also in the middle of a message
   * @throws BadFrameException if what comes is not an object, or longer than the limit
   * @throws IOException if the stream fails
   */
  byte @Nullable [] next() throws IOException {
    while (true) {
      while (scanned < filled) {
        if (endsMessage(buffer[scanned++])) {
          byte[] message = Arrays.copyOfRange(buffer, start, scanned);
          start = scanned;
          return message;
        }
      }
      if (scanned - start > maxBytes) {
        throw tooLong();
      }
      makeRoom();
      int count = in.read(buffer, filled, buffer.length - filled);
      if (count < 0) {
        return null;
      }
      filled += count;
    }
  }

  private boolean endsMessage(byte b) throws BadFrameException {
    if (depth == 0) {
      switch (b) {
        case ' ', '\t', '\r', '\n' -> start = scanned;
        case '{' -> depth = 1;
        default -> throw new BadFrameException(
            "Cannot read a message that starts with byte 0x" + Integer.toHexString(b & 0xff)
                + "; a message is one JSON object");
      }
      return false;
    }
    if (inString) {
      inString = escaped || b != '"';
      escaped = !escaped && b == '\\';
      return false;
    }
    switch (b) {
      case '"' -> inString = true;
      case '{' -> depth++;
      case '}' -> depth--;
      default -> {
        // any other byte is the parser's concern
      }
    }
    if (depth == 0 && scanned - start > maxBytes) {
      throw tooLong();
    }
    return depth == 0;
  }

  private BadFrameException tooLong() {
    return new BadFrameException(
        "Cannot read a message of more than " + maxBytes + " bytes; split it, or keep metadata small");
  }

  /** Keeps what is not cut out yet, and has room for at least one byte more. */
  private void makeRoom() {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      scanned -= start;
      filled -= start;
      start = 0;
    }
    if (filled == 0 && buffer.length > FIRST_BUFFER_BYTES) {
      buffer = new byte[FIRST_BUFFER_BYTES]; // one long message does not hold memory for ever
    } else if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, maxBytes + FIRST_BUFFER_BYTES));
    }
  }
}
