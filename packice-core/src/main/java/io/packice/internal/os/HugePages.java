package io.packice.internal.os;

import io.packice.core.Blob;

/**
 * Shared memory in pages of 2 MiB (the huge pages of x86-64, and of aarch64 with pages of 4 KiB), where the kernel has them to give.
 *
 * <p>A page of 4 KiB costs a fault, or a share of one, in each process that maps it, and an entry of the processor's address cache; a huge page
 * costs one for 512 of them. No setting of the host is needed: MADV_COLLAPSE (Linux 6.1, madvise(2)) makes huge pages of a memfd on demand,
 * whatever {@code /sys/kernel/mm/transparent_hugepage} says. Every process whose mapping lies on the same boundary as the file then maps them whole,
 * and {@link #map} places mappings so. What is left over at the end of the memory has small pages, so huge ones take no more memory.
 */
final class HugePages {
  static final long BYTES = 2L << 20;

  private HugePages() {
  }

  /**
   * Makes new memory of a memfd huge as far as it goes. One small page in each range is enough for the kernel to make all of it, cleared; that
   * spares both to allocate the others and to copy them. What it could not make huge is still unallocated after.
   *
   * @param fd a memfd of no bytes, open for writing; it is at least {@code byteSize} rounded down to huge pages long after
   * @throws PosixException if the host has no room
   */
  static void allocate(int fd, long byteSize) throws PosixException {
    for (long end = BYTES; end <= byteSize; end += BYTES) {
      Posix.fallocate(fd, end - Blob.ALIGNMENT, Blob.ALIGNMENT);
    }
    collapse(fd, byteSize);
  }

  /**
   * Makes memory that has been written huge, as far as it goes; what it holds stays.
   *
   * @param fd a memfd; open for reading only if it is to be sealed while this runs
   */
  static void collapse(int fd, long byteSize) {
    long huge = byteSize & -BYTES;
    if (huge == 0) {
      return;
    }
    try {
      long address = map(fd, 0, huge, Posix.PROT_READ, Posix.MAP_SHARED);
      try {
        Posix.madvise(address, huge, Constant.MADV_COLLAPSE.here());
      } finally {
        Posix.munmap(address, huge);
      }
    } catch (PosixException notToBeHad) {
      // An older kernel, memory in too small pieces, or no address left for a moment: small pages do the same, slower.
    }
  }

  /**
   * Like mmap, at an address that has the file's offset on the boundary of a huge page if that is where it lies in the file.
   *
   * @param byteSize at least 1
   * @return the address; munmap it by {@code byteSize}
   */
  static long map(int fd, long offset, long byteSize, int protection, int flags) throws PosixException {
    if (byteSize < BYTES || !Platform.HERE.isLinux()) {
      return Posix.mmap(0, fd, offset, byteSize, protection, flags);
    }
    long reservedBytes = Blob.alignUp(byteSize) + BYTES;
    long ours = Posix.reserve(reservedBytes); // what lies below is not, or no longer, ours
    long end = ours + reservedBytes;
    try {
      long address = ours + ((offset - ours) & (BYTES - 1));
      Posix.mmap(address, fd, offset, byteSize, protection, flags | Posix.MAP_FIXED);
      giveBack(ours, address);
      ours = address;
      giveBack(address + Blob.alignUp(byteSize), end);
      return address;
    } catch (PosixException e) {
      giveBack(ours, end);
      throw e;
    }
  }

  private static void giveBack(long from, long to) throws PosixException {
    if (from < to) {
      Posix.munmap(from, to - from);
    }
  }
}
