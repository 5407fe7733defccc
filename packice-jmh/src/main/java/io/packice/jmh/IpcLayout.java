package io.packice.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;

/**
 * Where the columns of {@link Sales} stand in an Arrow IPC file, found out beforehand, so that the floor can sum them in a mapping by hand.
 *
 * @param batches in order
 */
record IpcLayout(List<Batch> batches) {
  /** Each message begins with a continuation marker and its length. */
  private static final int PREFIX_BYTES = 8;
  /** Each column has a validity buffer and then its values. */
  private static final int BUFFERS_PER_COLUMN = 2;

  /** Offsets in the file. */
  record Batch(long ids, long prices, long quantities, int rows) {
  }

  static IpcLayout of(FileChannel file, BufferAllocator allocator) throws IOException {
    List<Batch> batches = new ArrayList<>();
    try (ArrowFileReader reader = new ArrowFileReader(file, allocator)) {
      for (ArrowBlock block : reader.getRecordBlocks()) {
        ByteBuffer metadata = ByteBuffer.allocate(block.getMetadataLength()).order(ByteOrder.LITTLE_ENDIAN);
        if (file.read(metadata, block.getOffset()) < metadata.capacity()) {
          throw new IOException("the file ends within its batch at " + block.getOffset());
        }
        Message message = Message.getRootAsMessage(metadata.position(PREFIX_BYTES).slice());
        RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
        long body = block.getOffset() + block.getMetadataLength();
        batches.add(new Batch(body + values(batch, 0), body + values(batch, 1), body + values(batch, 2),
            Math.toIntExact(batch.length())));
      }
    }
    return new IpcLayout(batches);
  }

  private static long values(RecordBatch batch, int column) {
    return batch.buffers(BUFFERS_PER_COLUMN * column + 1).offset();
  }
}
