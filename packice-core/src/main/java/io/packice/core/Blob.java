package io.packice.core;

import java.util.ArrayList;
import java.util.List;

/**
 * One contiguous run of bytes of an object: a slice of the object's extent. Immutable, safe from any thread.
 *
 * <p>An extent is laid out so that each blob starts on a boundary of {@value #ALIGNMENT} bytes, and so can be mapped by itself:
 *
 * <pre>
 *   0                    4096                  8192                 12288
 *   | blob 0 (5 bytes) … | blob 1 (4100 bytes) …                    | blob 2 |
 * </pre>
 *
 * <p>The extent ends with its last blob, so an object of one blob has an extent of exactly the blob's size.
 *
 * @param offset where the blob starts in its extent, in bytes; a multiple of {@value #ALIGNMENT}
 * @param byteSize the blob's length in bytes
 */
public record Blob(long offset, long byteSize) {
  /** Boundary on which every blob starts, in bytes: a page of x86-64 and most of aarch64. */
  public static final int ALIGNMENT = 4096;

  /** The most blobs that an object may have. */
  public static final int MAX_PER_OBJECT = 128;

  /**
   * Checks the slice.
   *
   * @throws IllegalArgumentException if a number is negative or the offset is not on a boundary
   */
  public Blob {
    if (offset < 0 || byteSize < 0 || offset % ALIGNMENT != 0) {
      throw new IllegalArgumentException("Cannot place a blob of " + byteSize + " bytes at offset " + offset
          + ": both are at least 0, and the offset a multiple of " + ALIGNMENT);
    }
  }

  /**
   * Lays blobs out in one extent, in the given order.
   *
   * @param byteSizes the blobs' lengths in bytes
   * @return the blobs, as many as there are sizes
   * @throws IllegalArgumentException if there are more than {@value #MAX_PER_OBJECT}, one is negative, or the sum passes 2^62 bytes
   */
  public static List<Blob> layOut(List<Long> byteSizes) {
    if (byteSizes.size() > MAX_PER_OBJECT) {
      throw new IllegalArgumentException(
          "Cannot create an object of " + byteSizes.size() + " blobs; an object has at most "
              + MAX_PER_OBJECT + ": join some, or use several objects");
    }
    List<Blob> blobs = new ArrayList<>(byteSizes.size());
    long offset = 0;
    for (long byteSize : byteSizes) {
      Blob blob = new Blob(offset, byteSize);
      if (byteSize > (1L << 62) - offset) {
        throw new IllegalArgumentException("Cannot create an object of more than 2^62 bytes: sizes " + byteSizes);
      }
      blobs.add(blob);
      offset = alignUp(blob.end());
    }
    return List.copyOf(blobs);
  }

  /**
   * Length of the extent that holds exactly these blobs.
   *
   * @param blobs blobs as {@link #layOut} gave them
   * @return the end of the last blob, in bytes; 0 if there is none
   */
  public static long extentBytes(List<Blob> blobs) {
    return blobs.isEmpty() ? 0 : blobs.getLast().end();
  }

  /**
   * Rounds up to whole pages, which is what memory and capacity are counted in.
   *
   * @param bytes a length in bytes, from 0 to 2^62
   * @return the least multiple of {@value #ALIGNMENT} that is not below it
   */
  public static long alignUp(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /**
   * Where the blob ends in its extent.
   *
   * @return offset of the first byte behind the blob
   */
  public long end() {
    return offset + byteSize;
  }
}
