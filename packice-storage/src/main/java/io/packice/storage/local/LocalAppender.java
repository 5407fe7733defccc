package io.packice.storage.local;

import io.packice.storage.NodeInfo;
import io.packice.storage.NodeWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Supplier;

/** Adds to a file in place: what several add does not mix within one call, by the system's own promise. */
final class LocalAppender implements NodeWriter {
  private static final long MOST = 1 << 30;

  private final FileChannel channel;
  private final String name;
  private final Supplier<NodeInfo> now;

  LocalAppender(FileChannel channel, String name, Supplier<NodeInfo> now) {
    this.channel = channel;
    this.name = name;
    this.now = now;
  }

  static void writeAll(FileChannel channel, MemorySegment bytes, String name) {
    try {
      for (long done = 0; done < bytes.byteSize();) {
        ByteBuffer buffer = bytes.asSlice(done, Math.min(MOST, bytes.byteSize() - done)).asByteBuffer();
        done += channel.write(buffer);
      }
    } catch (IOException e) {
      throw LocalFailures.of("write", name, e);
    }
  }

  @Override
  public void write(MemorySegment bytes) {
    writeAll(channel, bytes, name);
  }

  @Override
  public NodeInfo commit() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw LocalFailures.of("append to", name, e);
    }
    return now.get();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LocalFailures.of("append to", name, e);
    }
  }
}
