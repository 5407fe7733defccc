package io.packice.storage.local;

import io.packice.storage.ChangedException;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.function.Supplier;

/** An opened file: one that is replaced meanwhile is read on as it was, one that is changed in place is not. */
final class LocalReader implements NodeReader {
  private static final long MOST = 1 << 30;

  private final FileChannel channel;
  private final NodeInfo info;
  private final String name;
  private final Supplier<Optional<NodeInfo>> now;

  LocalReader(FileChannel channel, NodeInfo info, String name, Supplier<Optional<NodeInfo>> now) {
    this.channel = channel;
    this.info = info;
    this.name = name;
    this.now = now;
  }

  @Override
  public NodeInfo info() {
    return info;
  }

  @Override
  public void read(long offset, MemorySegment target) {
    try {
      for (long done = 0; done < target.byteSize();) {
        ByteBuffer buffer = target.asSlice(done, Math.min(MOST, target.byteSize() - done)).asByteBuffer();
        int count = channel.read(buffer, offset + done);
        if (count < 0) {
          throw changed("it ends at byte " + (offset + done) + " and had " + info.size());
        }
        done += count;
      }
    } catch (IOException e) {
      throw LocalFailures.of("read", name, e);
    }
  }

  private ChangedException changed(String how) {
    return new ChangedException("Cannot read " + name + ": it was changed meanwhile, " + how + "; begin anew");
  }

  @Override
  public InputStream stream(long offset) {
    return new InputStream() {
      private long position = offset;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int at, int length) {
        int count = (int) Math.min(length, info.size() - position);
        if (count <= 0) {
          requireUnchanged();
          return length == 0 ? 0 : -1;
        }
        LocalReader.this.read(position, MemorySegment.ofArray(target).asSlice(at, count));
        position += count;
        return count;
      }
    };
  }

  /** A file of the same descriptor that has grown or was written to; one that was replaced by another of its name is what it was. */
  private void requireUnchanged() {
    try {
      if (channel.size() != info.size()) {
        throw changed("it has " + channel.size() + " bytes and had " + info.size());
      }
    } catch (IOException e) {
      throw LocalFailures.of("read", name, e);
    }
    Optional<NodeInfo> there = now.get();
    if (there.isPresent() && sameFile(there.get()) && !isStillCurrent()) {
      throw changed("it was written to");
    }
  }

  private boolean sameFile(NodeInfo there) {
    return fileOf(there).equals(fileOf(info));
  }

  /** The last part of the tag says which file it is. */
  private static String fileOf(NodeInfo info) {
    String tag = String.valueOf(info.tag());
    return tag.substring(tag.lastIndexOf('-') + 1);
  }

  @Override
  public boolean isStillCurrent() {
    return now.get().filter(there -> String.valueOf(info.tag()).equals(there.tag())).isPresent();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LocalFailures.of("close", name, e);
    }
  }
}
