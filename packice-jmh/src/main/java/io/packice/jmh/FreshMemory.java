package io.packice.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A memfd of nobody's but this process: what a new object is when there are no rules. */
final class FreshMemory implements AutoCloseable {
  private static final int CLOEXEC = 1;
  private static final int ALLOW_SEALING = 2;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CREATE = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("memfd_create"),
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("close"),
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private static final MethodHandle FCNTL = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("fcntl"),
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
      Linker.Option.firstVariadicArg(2));
  private static final int ADD_SEALS = 1033;
  private static final int ALL_SEALS = 1 | 2 | 4 | 8;

  private final int fd;
  private final FileChannel channel;

  FreshMemory() throws IOException {
    fd = create();
    try {
      channel = FileChannel.open(Path.of("/proc/self/fd/" + fd), StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      close(fd);
      throw e;
    }
  }

  /** Makes it immutable. */
  void seal() throws IOException {
    try {
      if ((int) FCNTL.invokeExact(fd, ADD_SEALS, ALL_SEALS) != 0) {
        throw new IOException("Cannot seal a memfd: the kernel refused; unmap it first");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of fcntl", e);
    }
  }

  private static int create() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) CREATE.invokeExact(arena.allocateFrom("packice-jmh"), CLOEXEC | ALLOW_SEALING);
      if (fd < 0) {
        throw new IOException("Cannot create a memfd: the kernel refused; see ulimit -n");
      }
      return fd;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of memfd_create", e);
    }
  }

  private static void close(int fd) {
    try {
      int _ = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of close", e);
    }
  }

  MemorySegment map(long bytes, Arena arena) throws IOException {
    return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
  }

  void write(ByteBuffer bytes) throws IOException {
    ByteBuffer rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  @Override
  public void close() {
    close(fd);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
