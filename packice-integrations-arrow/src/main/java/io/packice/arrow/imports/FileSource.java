package io.packice.arrow.imports;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A regular file. */
record FileSource(Path path) implements ImportSource {
  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public OptionalLong size() throws IOException {
    return OptionalLong.of(Files.size(path));
  }

  /** Which file it is: one that only grows, as a log does, stays the same. */
  @Override
  public @Nullable String tag() throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key == null ? null : key.toString();
  }

  @Override
  public InputStream open() throws IOException {
    return Files.newInputStream(path);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the ranges close it
  public ImportRanges ranges() throws IOException {
    return new Ranges(FileChannel.open(path, StandardOpenOption.READ));
  }

  private record Ranges(FileChannel file) implements ImportRanges {
    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public MemorySegment all(Arena arena) throws IOException {
      return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
