package io.packice.arrow;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Private native memory in huge pages, where the kernel has them for whoever asks ({@code transparent_hugepage/enabled} is {@code madvise} or
 * {@code always}, as nearly everywhere): one page fault for 2 MiB instead of 512. An arena's own memory is no help, for it is cleared, page by
 * page, before one can ask.
 */
final class HugeMemory {
  /** A huge page of x86-64, and of aarch64 with pages of 4 KiB. */
  static final long PAGE_BYTES = 2L << 20;

  // Of the kernel's generic headers, the same on x86-64 and aarch64: mmap(2), madvise(2)
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long MAP_FAILED = -1;
  private static final int MADV_HUGEPAGE = 14;

  private static final MethodHandle MMAP = link("mmap",
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MADVISE =
      link("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MUNMAP =
      link("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

  private HugeMemory() {
  }

  private static MethodHandle link(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /**
   * Memory of zeros that begins on the boundary of a huge page.
   *
   * @param bytes a multiple of {@link #PAGE_BYTES}
   * @param arena gives it back when it closes
   * @throws OutOfMemoryError if the process has no addresses left for it
   */
  static MemorySegment allocate(long bytes, Arena arena) {
    long reservedBytes = bytes + PAGE_BYTES;
    try {
      long reserved = (long) MMAP.invokeExact(0L, reservedBytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (reserved == MAP_FAILED) {
        throw new OutOfMemoryError(
            "Cannot stage " + bytes + " bytes: the host has no memory for them; write smaller parts");
      }
      MemorySegment whole = MemorySegment.ofAddress(reserved).reinterpret(reservedBytes, arena, HugeMemory::unmap);
      MemorySegment aligned = whole.asSlice(-reserved & (PAGE_BYTES - 1), bytes);
      int _ = (int) MADVISE.invokeExact(aligned.address(), bytes, MADV_HUGEPAGE); // refused: pages are small, and all works
      return aligned;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Cannot call mmap", e);
    }
  }

  private static void unmap(MemorySegment whole) {
    try {
      int _ = (int) MUNMAP.invokeExact(whole.address(), whole.byteSize()); // fails for no memory that mmap gave
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Cannot call munmap", e);
    }
  }
}
