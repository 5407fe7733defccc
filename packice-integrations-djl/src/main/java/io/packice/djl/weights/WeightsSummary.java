package io.packice.djl.weights;

/**
 * What a list of weights shows.
 *
 * @param name the object's name
 * @param tensorCount how many tensors it has
 * @param byteSize the bytes of its tensors, with what is between them
 */
public record WeightsSummary(String name, long tensorCount, long byteSize) {
}
