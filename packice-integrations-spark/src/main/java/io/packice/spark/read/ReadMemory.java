package io.packice.spark.read;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** What Arrow counts the buffers of reads with; made when the first table is read, so that nothing else of Spark breaks should Arrow not start. */
final class ReadMemory {
  private static final BufferAllocator ROOT = new RootAllocator(Long.MAX_VALUE);

  private ReadMemory() {
  }

  static BufferAllocator allocator() {
    return ROOT;
  }
}
