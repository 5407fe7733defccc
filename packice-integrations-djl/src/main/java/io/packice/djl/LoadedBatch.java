package io.packice.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rows of one batch in memory, ready to be tensors.
 *
 * @param rows which rows of the table
 * @param features the memory of each feature column
 * @param labels the memory of each label column
 */
@SuppressWarnings("ArrayRecordComponent") // written once, before anybody else sees it
record LoadedBatch(long[] rows, List<Part> features, List<Part> labels) {
  /**
   * The rows of one column: a view of the mapping, or a gathered buffer.
   *
   * @param column where they are from
   * @param rowCount how many
   * @param memory exactly the tensor's bytes
   * @param release says that nothing reads the memory any more; to be run once
   */
  record Part(TensorColumn column, int rowCount, MemorySegment memory, Runnable release) {
    /** A tensor over the memory, not a copy of it where the engine can do so. */
    NDArray tensor(NDManager manager) {
      return manager.create(memory.asByteBuffer().order(ByteOrder.nativeOrder()), column.shape(rowCount),
          column.tensorType());
    }
  }

  /** For a batch that never became tensors. */
  void release() {
    Stream.concat(features.stream(), labels.stream()).forEach(part -> part.release().run());
  }
}
