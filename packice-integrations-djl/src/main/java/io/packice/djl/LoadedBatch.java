package io.packice.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.packice.djl.tensor.SharedTensors;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The rows of one batch in memory, ready to be arrays.
 *
 * @param rows which rows of the table
 * @param features the memory of each array of the data
 * @param labels the memory of each array of the labels
 */
@SuppressWarnings("ArrayRecordComponent") // written once, before anybody else sees it
record LoadedBatch(long[] rows, List<Part> features, List<Part> labels) {
  /**
   * The memory of one array: a view of the mapping, or a gathered buffer.
   *
   * @param tensor what the array looks like
   * @param rowCount how many rows
   * @param memory exactly its bytes
   * @param release says that nothing reads the memory any more; harmless the second time
   */
  record Part(TensorSpec tensor, int rowCount, MemorySegment memory, Runnable release) {
    /** An array over the memory, which is given back with the last that refers to it. */
    NDArray array(NDManager manager) {
      return array(manager, tensor.shape(rowCount));
    }

    /** The array of a single row, without the dimension of rows. */
    NDArray row(NDManager manager) {
      return array(manager, tensor.rowShape());
    }

    private NDArray array(NDManager manager, Shape shape) {
      NDArray array = SharedTensors.over(manager, memory, shape, tensor.type(), release);
      array.setName(tensor.name());
      return array;
    }
  }

  /** For memory that never became arrays. */
  void release() {
    features.forEach(part -> part.release().run());
    labels.forEach(part -> part.release().run());
  }
}
