package io.packice.storage.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;

/** An answer's body; closed before its end, the connection is given up rather than drained. */
final class HttpStream extends FilterInputStream {
  private final HttpURLConnection connection;
  private long left;

  HttpStream(InputStream in, HttpURLConnection connection, long left) {
    super(in);
    this.connection = connection;
    this.left = left;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    left -= b < 0 ? left : 1;
    return b;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, (int) Math.min(length, Math.max(1, left)));
    left -= count < 0 ? left : count;
    return count;
  }

  @Override
  public void close() throws IOException {
    if (left > 0) {
      connection.disconnect();
    }
    super.close();
  }
}
