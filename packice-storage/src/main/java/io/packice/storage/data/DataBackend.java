package io.packice.storage.data;

import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.UnavailableException;
import io.packice.storage.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decodes and encodes names. The empty file is {@code =}, for the empty path is the root. */
final class DataBackend implements StorageBackend {
  private static final int MOST = 16 << 20;
  private static final String EMPTY = "=";
  private static final Capabilities CAPABILITIES =
      Capabilities.of(Capability.READ, Capability.WRITE, Capability.RANGE, Capability.ATOMIC);

  private final OpenContext context;

  DataBackend(OpenContext context) {
    this.context = context;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Optional<NodeInfo> stat(String path) {
    return path.isEmpty() ? Optional.of(NodeInfo.folder("")) : decoded(path).map(bytes -> info(path, bytes.length));
  }

  private static NodeInfo info(String path, int size) {
    return new NodeInfo(path, false, size, null, "data", NodeDetails.NONE); // what has this name never changes
  }

  private static Optional<byte[]> decoded(String path) {
    try {
      byte[] bytes = path.equals(EMPTY) ? new byte[0] : Base64.getUrlDecoder().decode(path);
      return encoded(bytes).equals(path) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String encoded(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    byte[] bytes = path.isEmpty() ? null : decoded(path).orElse(null);
    if (bytes == null) {
      throw new AbsentException("Cannot read " + context.mount()
          + ":…: the path is no Base64 for URLs without padding; write the bytes to get theirs");
    }
    NodeInfo info = info(path, bytes.length);
    return new NodeReader() {
      @Override
      public NodeInfo info() {
        return info;
      }

      @Override
      public void read(long offset, MemorySegment target) {
        MemorySegment.copy(bytes, (int) offset, target, ValueLayout.JAVA_BYTE, 0, (int) target.byteSize());
      }

      @Override
      public boolean isStillCurrent() {
        return true;
      }

      @Override
      public void close() {
        // holds nothing
      }
    };
  }

  @Override
  public NodeWriter write(String path, WriteOptions options) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    return new NodeWriter() {
      @Override
      public void write(MemorySegment bytes) {
        if (bytes.byteSize() > MOST - written.size()) {
          throw new UnavailableException("Cannot write to " + context.mount() + ": a name holds at most " + MOST
              + " bytes; write to another mount", false, null);
        }
        written.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
      }

      @Override
      public NodeInfo commit() {
        return info(encoded(written.toByteArray()), written.size());
      }

      @Override
      public void close() {
        // nothing was there
      }
    };
  }

  @Override
  public void close() {
    // holds nothing
  }
}
