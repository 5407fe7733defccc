package io.packice.storage.peer;

import io.packice.ObjectWriter;
import io.packice.core.PackiceException;
import io.packice.storage.ChangedException;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.UnavailableException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.Supplier;

/** A draft, sealed by the commit. */
final class PeerWriter implements NodeWriter {
  private static final long MOST = 1 << 30;

  private final ObjectWriter object;
  private final WritableByteChannel channel;
  private final String path;
  private final OpenContext context;
  private final Supplier<NodeInfo> now;
  private long written;

  PeerWriter(ObjectWriter object, String path, OpenContext context, Supplier<NodeInfo> now) {
    this.object = object;
    this.channel = object.blob(0).channel();
    this.path = path;
    this.context = context;
    this.now = now;
  }

  @Override
  public void write(MemorySegment bytes) {
    try {
      for (long done = 0; done < bytes.byteSize();) {
        ByteBuffer buffer = bytes.asSlice(done, Math.min(MOST, bytes.byteSize() - done)).asByteBuffer();
        done += channel.write(buffer);
      }
      written += bytes.byteSize();
    } catch (IOException e) {
      throw new UnavailableException(
          "Cannot write " + context.name(path) + ": the object takes no more bytes; write as many as were said", false,
          e);
    } catch (PackiceException e) {
      throw PeerFailures.of("write", context.name(path), e);
    }
  }

  @Override
  public NodeInfo commit() {
    if (written != object.blob(0).byteSize()) {
      throw new ChangedException(
          "Cannot write " + context.name(path) + ": " + written + " bytes came, and " + object.blob(0).byteSize()
              + " were said; write as many as were said");
    }
    try {
      object.seal();
      return now.get();
    } catch (PackiceException e) {
      throw PeerFailures.of("write", context.name(path), e);
    }
  }

  @Override
  public void close() {
    try {
      object.close();
    } catch (PackiceException e) {
      throw PeerFailures.of("let go of", context.name(path), e);
    }
  }
}
