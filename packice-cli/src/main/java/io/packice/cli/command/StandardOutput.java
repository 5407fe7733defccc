package io.packice.cli.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/** Standard output, whose failures tell whether it cannot be written, or whether nobody reads it any more, as after {@code | head}. */
final class StandardOutput extends OutputStream {
  /** Nobody reads any more: no reason to say anything. */
  static final class ClosedException extends IOException {
    private static final long serialVersionUID = 1;

    ClosedException(IOException cause) {
      super("Cannot write standard output: nobody reads it any more", cause);
    }
  }

  private final OutputStream out;

  StandardOutput(OutputStream out) {
    this.out = out;
  }

  /** For bytes that need not pass through arrays. */
  WritableByteChannel channel() {
    WritableByteChannel channel = Channels.newChannel(out);
    return new WritableByteChannel() {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        try {
          return channel.write(bytes);
        } catch (IOException e) {
          throw named(e);
        }
      }

      @Override
      public boolean isOpen() {
        return channel.isOpen();
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw named(e);
    }
  }

  /** The JDK has no type for EPIPE. */
  private static IOException named(IOException failure) {
    return "Broken pipe".equals(failure.getMessage()) ? new ClosedException(failure)
        : new IOException("Cannot write standard output: " + failure.getMessage() + "; write it somewhere else",
            failure);
  }
}
