package io.packice.spark.write;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Native memory of rows on their way; made with the first writer, so that nothing else of Spark breaks should Arrow not start. */
final class WriteMemory {
  private static final BufferAllocator ROOT = new RootAllocator(Long.MAX_VALUE);

  private WriteMemory() {
  }

  static BufferAllocator allocator() {
    return ROOT;
  }
}
