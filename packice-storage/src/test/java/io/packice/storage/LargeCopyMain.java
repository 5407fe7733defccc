package io.packice.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies a large sparse file into a node that counts, and prints how many bytes came. */
final class LargeCopyMain {
  private LargeCopyMain() {
  }

  /** Takes everything, keeps nothing. */
  private static final class Counting implements StorageService<Counting.Settings>, StorageBackend {
    /** None. */
    record Settings() {
    }

    private long count;

    @Override
    public String type() {
      return "counting";
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
      return Capabilities.of(Capability.WRITE);
    }

    @Override
    public Optional<NodeInfo> stat(String path) {
      return Optional.empty();
    }

    @Override
    public NodeReader read(String path, @Nullable String version) {
      throw new AbsentException("Cannot read: nothing is kept; read elsewhere");
    }

    @Override
    public NodeWriter write(String path, WriteOptions options) {
      return new NodeWriter() {
        @Override
        public void write(MemorySegment bytes) {
          count += bytes.byteSize();
        }

        @Override
        public NodeInfo commit() {
          return new NodeInfo(path, false, count, null, null, NodeDetails.NONE);
        }

        @Override
        public void close() {
          // keeps nothing
        }
      };
    }

    @Override
    public void close() {
      // keeps nothing
    }
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("large").toFile(), "rw")) {
      file.setLength(Long.parseLong(args[1]));
    }
    try (Storage storage = Storage.builder().service(new Counting()).mount("disk", "local", Map.of("path", folder))
        .mount("n", "counting", Map.of()).build()) {
      System.out.println(storage.node("disk:large").copyTo(storage.node("n:large"), CopyOptions.DEFAULT).bytes());
    }
  }
}
