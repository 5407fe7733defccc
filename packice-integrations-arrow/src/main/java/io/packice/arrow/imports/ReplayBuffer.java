package io.packice.arrow.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes that were read and will be wanted again: the first of them in memory, those past a limit in a temporary file without a name. For one thread. */
final class ReplayBuffer implements AutoCloseable {
  static final int MEMORY_BYTES = 16 << 20;
  private static final int FIRST_BYTES = 1 << 16;

  private final String of;
  private byte[] memory = {};
  private int inMemory;
  private long inFile;
  private @Nullable FileChannel file;

  /** {@code of} is what they are read from, for messages. */
  ReplayBuffer(String of) {
    this.of = of;
  }

  long size() {
    return inMemory + inFile;
  }

  void add(byte[] bytes, int offset, int count) throws IOException {
    int fits = Math.min(count, MEMORY_BYTES - inMemory);
    if (inMemory + fits > memory.length) {
      memory = Arrays.copyOf(memory, Math.clamp(2L * (inMemory + fits), FIRST_BYTES, MEMORY_BYTES));
    }
    System.arraycopy(bytes, offset, memory, inMemory, fits);
    inMemory += fits;
    if (fits < count) {
      spill(ByteBuffer.wrap(bytes, offset + fits, count - fits));
    }
  }

  private void spill(ByteBuffer bytes) throws IOException {
    try {
      FileChannel to = file == null ? create() : file;
      file = to;
      while (bytes.hasRemaining()) {
        inFile += to.write(bytes, inFile);
      }
    } catch (IOException e) {
      throw new IOException("Cannot keep what was read of " + of + " after " + size() + " bytes: " + e.getMessage()
          + "; make room in " + System.getProperty("java.io.tmpdir") + ", or save it as a file and import that", e);
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // close does
  private static FileChannel create() throws IOException {
    Path path = Files.createTempFile("packice-", ".kept");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path); // so that nobody who is killed leaves it
    }
  }

  /** Some of what there is at a position, at least one byte. */
  int read(long position, byte[] target, int offset, int count) throws IOException {
    if (position < inMemory) {
      int there = Math.min(count, inMemory - (int) position);
      System.arraycopy(memory, (int) position, target, offset, there);
      return there;
    }
    FileChannel from = file;
    int there = from == null ? -1 : from.read(ByteBuffer.wrap(target, offset, count), position - inMemory);
    if (there < 0) {
      throw new IOException("Cannot read what was kept of " + of + ": its temporary file was cut; import it again");
    }
    return there;
  }

  @Override
  public void close() {
    memory = new byte[0];
    inMemory = 0;
    inFile = 0;
    if (file != null) {
      ImportStream.closeQuietly(file);
      file = null;
    }
  }
}
