package io.packice.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One file, {@code x}, of a service that does what a test wants it to. */
final class FaultyService implements StorageService<FaultyService.Settings>, StorageBackend {
  /** None. */
  public record Settings() {
  }

  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger streams = new AtomicInteger();

  /** What the file has at each opening, the last one also later. */
  byte[][] contents = {new byte[0]};

  /** After so many bytes a stream breaks off; never, if negative. */
  int breaksAfter = -1;

  /** So many streams do. */
  int breaks = Integer.MAX_VALUE;

  /** A stream ends early, as if that were all. */
  int endsAfter = -1;

  /** The file changes while it is read, the first so many times. */
  int changes;

  /** So many questions are answered by a failure that may pass. */
  int failures;

  Storage storage(Retry.Pause pause) {
    return Storage.builder().service(this).mount("f", "faulty", Map.of()).mount("m", "memory", Map.of()).pause(pause)
        .build();
  }

  @Override
  public String type() {
    return "faulty";
  }

  @Override
  public Class<Settings> settings() {
    return Settings.class;
  }

  @Override
  public StorageBackend open(Settings settings, OpenContext context) {
    return this;
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.of(Capability.READ, Capability.RANGE);
  }

  private byte[] content() {
    return contents[Math.min(opened.get(), contents.length) - (opened.get() == 0 ? 0 : 1)];
  }

  @Override
  public Optional<NodeInfo> stat(String path) {
    failMaybe();
    return path.equals("x") ? Optional.of(new NodeInfo(path, false, content().length, null, null, NodeDetails.NONE))
        : Optional.empty();
  }

  private void failMaybe() {
    if (failures-- > 0) {
      throw new UnavailableException("Cannot look at f:x: out of order; try again", true, null);
    }
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    failMaybe();
    opened.incrementAndGet();
    byte[] bytes = content();
    return new NodeReader() {
      @Override
      public NodeInfo info() {
        return new NodeInfo(path, false, bytes.length, null, "t" + opened.get(), NodeDetails.NONE);
      }

      @Override
      public void read(long offset, MemorySegment target) {
        failMaybe();
        target.copyFrom(MemorySegment.ofArray(bytes).asSlice(offset, target.byteSize()));
      }

      @Override
      public InputStream stream(long offset) {
        streams.incrementAndGet();
        int from = (int) offset;
        if (breaksAfter >= 0 && breaks-- > 0) {
          return broken(bytes, from, Math.min(breaksAfter, bytes.length - from));
        }
        int length = endsAfter < 0 ? bytes.length - from : Math.min(endsAfter, bytes.length - from);
        return new ByteArrayInputStream(bytes, from, length);
      }

      private InputStream broken(byte[] all, int from, int length) {
        InputStream end = new InputStream() {
          @Override
          public int read(byte[] target, int at, int count) throws IOException {
            return read();
          }

          @Override
          public int read() throws IOException {
            if (changes-- > 0) {
              throw new ChangedException("Cannot read f:x: it was changed meanwhile; begin anew");
            }
            throw new IOException("connection reset");
          }
        };
        return new SequenceInputStream(new ByteArrayInputStream(all, from, length), end);
      }

      @Override
      public boolean isStillCurrent() {
        return true;
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }

  @Override
  public void close() {
    // nothing is held
  }
}
