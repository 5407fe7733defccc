package io.packice.djl;

import ai.djl.ndarray.NDList;

/**
 * What {@link PackiceDataset#mapped} computes of each batch: for example what a frozen network makes of pictures. Row for row: each array that comes
 * out has as many rows as the batch, in the same order.
 */
@FunctionalInterface
public interface BatchTransform {
  /**
   * Computes new data.
   *
   * @param data the batch's data; closed by the caller with whatever is attached to its manager
   * @return at least one array, whose first dimension is the row; may be the given list, or parts of it
   */
  NDList data(NDList data);

  /**
   * Computes new labels.
   *
   * @param labels the batch's labels
   * @return arrays whose first dimension is the row; by default what was given
   */
  default NDList labels(NDList labels) {
    return labels;
  }
}
