package io.packice.storage.http;

import io.packice.storage.AbsentException;
import io.packice.storage.Capability;
import io.packice.storage.ChangedException;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import io.packice.storage.OpenContext;
import io.packice.storage.UnavailableException;
import io.packice.storage.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** One file of a server. Each range says which version of the file it is of, so that no two are mixed. */
final class HttpReader implements NodeReader {
  private static final int CHUNK = 1 << 16;

  private final String path;
  private final Requests requests;
  private final OpenContext context;
  private final NodeInfo info;
  private final long size;

  HttpReader(String path, Requests requests, OpenContext context) {
    this.path = path;
    this.requests = requests;
    this.context = context;
    HttpURLConnection head = requests.send("HEAD", path, Map.of());
    this.size = head.getContentLengthLong();
    this.info = HttpBackend.info(path, head, size);
  }

  @Override
  public NodeInfo info() {
    return info;
  }

  @Override
  public OptionalLong size() {
    return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
  }

  @Override
  public void read(long offset, MemorySegment target) {
    HttpURLConnection connection =
        requests.send("GET", path, range(offset, String.valueOf(offset + target.byteSize() - 1)));
    requireSame(connection);
    if (connection.getHeaderField("Content-Range") == null && (offset > 0 || size != target.byteSize())) {
      connection.disconnect();
      throw new UnsupportedException(Capability.RANGE,
          "Cannot read a range of " + context.name(path)
              + ": its server has no capability range, it sent the whole file; copy the file first");
    }
    requireFrom(connection, offset);
    try (InputStream in = connection.getInputStream()) {
      fill(in, target, offset);
    } catch (IOException e) {
      connection.disconnect();
      throw requests.unreachable(path, e);
    }
  }

  private void fill(InputStream in, MemorySegment target, long offset) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK, target.byteSize())];
    for (long done = 0; done < target.byteSize();) {
      int count = in.read(chunk, 0, (int) Math.min(chunk.length, target.byteSize() - done));
      if (count < 0) {
        throw new UnavailableException("Cannot read " + context.name(path) + ": the server sent " + done + " of "
            + target.byteSize() + " bytes from "
            + offset + "; try again later", true, null);
      }
      MemorySegment.copy(MemorySegment.ofArray(chunk), 0, target, done, count);
      done += count;
    }
  }

  /** A range of another version is given whole where the server knows {@code If-Range}; one that does not is seen by its tag. */
  private Map<String, String> range(long from, String to) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Range", "bytes=" + from + "-" + to);
    String tag = info.tag();
    if (tag != null && !tag.startsWith("W/")) { // If-Range wants a strong one
      headers.put("If-Range", tag);
    }
    return headers;
  }

  private void requireSame(HttpURLConnection connection) {
    NodeInfo now = HttpBackend.info(path, connection, size);
    String range = connection.getHeaderField("Content-Range");
    boolean sameSize = range == null || range.endsWith("/*") || size < 0 || range.endsWith("/" + size);
    boolean sameTag = info.tag() == null || info.tag().equals(now.tag());
    if (!sameTag || !sameSize) {
      throw changed(connection);
    }
  }

  private void requireFrom(HttpURLConnection connection, long offset) {
    String range = connection.getHeaderField("Content-Range");
    if (range == null ? offset > 0 : !range.startsWith("bytes " + offset + "-")) {
      throw changed(connection);
    }
  }

  private ChangedException changed(HttpURLConnection connection) {
    connection.disconnect();
    return new ChangedException("Cannot read " + context.name(path) + ": it was changed meanwhile; begin anew");
  }

  @Override
  public InputStream stream(long offset) {
    if (size == 0) {
      return InputStream.nullInputStream();
    }
    HttpURLConnection connection = requests.send("GET", path, offset == 0 ? Map.of() : range(offset, ""));
    boolean whole = connection.getHeaderField("Content-Range") == null;
    requireSame(connection);
    requireFrom(connection, whole ? 0 : offset);
    try {
      InputStream in = connection.getInputStream();
      if (whole && offset > 0) {
        in.skipNBytes(offset); // the server knows no ranges: what came already is let pass
      }
      return new HttpStream(in, connection, size < 0 ? Long.MAX_VALUE : size - offset);
    } catch (IOException e) {
      connection.disconnect();
      throw requests.unreachable(path, e);
    }
  }

  @Override
  public boolean isStillCurrent() {
    try {
      HttpURLConnection head = requests.send("HEAD", path, Map.of());
      NodeInfo now = HttpBackend.info(path, head, head.getContentLengthLong());
      return now.size() == info.size() && String.valueOf(now.tag()).equals(String.valueOf(info.tag()));
    } catch (AbsentException e) {
      return false;
    }
  }

  @Override
  public void close() {
    // streams have the connections
  }
}
