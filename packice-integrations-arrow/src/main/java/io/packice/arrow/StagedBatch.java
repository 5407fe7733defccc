package io.packice.arrow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/** The body of a batch that waits for others to fill a part with: native memory outside the peer, closed once the part is written. */
final class StagedBatch implements AutoCloseable {
  private final BatchLayout layout;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment body;

  StagedBatch(BatchLayout layout, List<ArrowBuf> buffers) {
    this.layout = layout;
    this.body = arena.allocate(layout.bodyBytes(), PartFile.ALIGNMENT);
    for (int i = 0; i < buffers.size(); i++) {
      MemorySegment source = NativeMemory.of(buffers.get(i), layout.bufferBytes(i));
      MemorySegment.copy(source, 0, body, layout.bufferOffset(i), source.byteSize());
    }
  }

  BatchLayout layout() {
    return layout;
  }

  MemorySegment body() {
    return body;
  }

  @Override
  public void close() {
    arena.close();
  }
}
