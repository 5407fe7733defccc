package io.packice.storage.opendal;

import io.packice.storage.NodeInfo;
import io.packice.storage.NodeWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.opendal.Operator;
import org.apache.opendal.WriteOptions;

/** Adds to a file, where the service has that as an operation of its own. */
final class OpendalAppender implements NodeWriter {
  private static final long MOST = 4 << 20;

  private final OpendalBackend backend;
  private final Operator operator;
  private final String path;

  OpendalAppender(OpendalBackend backend, Operator operator, String path) {
    this.backend = backend;
    this.operator = operator;
    this.path = path;
  }

  @Override
  public void write(MemorySegment bytes) {
    for (long done = 0; done < bytes.byteSize(); done += MOST) {
      byte[] some = bytes.asSlice(done, Math.min(MOST, bytes.byteSize() - done)).toArray(ValueLayout.JAVA_BYTE);
      backend.ask("append to", path, () -> {
        operator.write(path, some, WriteOptions.builder().append(true).build());
        return true;
      });
    }
  }

  @Override
  public NodeInfo commit() {
    return backend.written(path);
  }

  @Override
  public void close() {
    // what was added is there
  }
}
