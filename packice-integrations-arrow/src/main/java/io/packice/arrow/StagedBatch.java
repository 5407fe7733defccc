package io.packice.arrow;

import io.packice.arrow.batch.BatchLayout;
import io.packice.arrow.batch.PartFile;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The body of a batch that waits for others to fill a part with.
 *
 * @param layout where everything lies
 * @param body native memory outside the peer, until its {@link StagingArea} is cleared
 */
record StagedBatch(BatchLayout layout, MemorySegment body) {
  static StagedBatch copyOf(List<ArrowBuf> buffers, BatchLayout layout, StagingArea area) {
    MemorySegment body = area.take(layout.bodyBytes());
    for (int i = 0; i < buffers.size(); i++) {
      MemorySegment source = NativeMemory.of(buffers.get(i), layout.bufferBytes(i));
      long offset = layout.bufferOffset(i);
      MemorySegment.copy(source, 0, body, offset, source.byteSize());
      long end = offset + source.byteSize();
      body.asSlice(end, PartFile.align(end) - end).fill((byte) 0); // what was staged there before must not come along
    }
    return new StagedBatch(layout, body);
  }
}
