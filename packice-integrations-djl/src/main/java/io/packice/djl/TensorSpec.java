package io.packice.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * What one array of a batch looks like.
 *
 * @param name the column, as the array's name
 * @param type the type of its elements
 * @param rowShape the shape of one row
 */
record TensorSpec(String name, DataType type, Shape rowShape) {
  /** The shape of so many rows. */
  Shape shape(int rows) {
    return new Shape(rows).addAll(rowShape);
  }

  long rowBytes() {
    return rowShape.size() * type.getNumOfBytes();
  }
}
