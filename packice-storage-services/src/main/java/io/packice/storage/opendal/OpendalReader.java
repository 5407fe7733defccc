package io.packice.storage.opendal;

import io.packice.storage.ChangedException;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.apache.opendal.Operator;

/** One file, read by ranges of a moderate size. OpenDAL cannot ask for a range of one version, so the tag is looked at behind each. */
final class OpendalReader implements NodeReader {
  private static final int MOST = 4 << 20;

  private final OpendalBackend backend;
  private final Operator operator;
  private final NodeInfo info;
  private final String name;

  OpendalReader(OpendalBackend backend, Operator operator, NodeInfo info, String name) {
    this.backend = backend;
    this.operator = operator;
    this.info = info;
    this.name = name;
  }

  @Override
  public NodeInfo info() {
    return info;
  }

  @Override
  public void read(long offset, MemorySegment target) {
    for (long done = 0; done < target.byteSize();) {
      long from = offset + done;
      long length = Math.min(MOST, target.byteSize() - done);
      byte[] bytes = backend.ask("read", info.path(), () -> operator.read(info.path(), from, length));
      if (bytes.length == 0 || bytes.length > length) {
        throw changed("it gave " + bytes.length + " of " + length + " bytes from " + from);
      }
      MemorySegment.copy(MemorySegment.ofArray(bytes), 0, target, done, bytes.length);
      done += bytes.length;
    }
    if (!isStillCurrent()) {
      throw changed("it has another tag");
    }
  }

  private ChangedException changed(String how) {
    return new ChangedException("Cannot read " + name + ": it was changed meanwhile, " + how + "; begin anew");
  }

  @Override
  public boolean isStillCurrent() {
    return backend.stat(info.path()).filter(now -> now.size() == info.size() && Objects.equals(now.tag(), info.tag()))
        .isPresent();
  }

  @Override
  public void close() {
    // holds nothing
  }
}
