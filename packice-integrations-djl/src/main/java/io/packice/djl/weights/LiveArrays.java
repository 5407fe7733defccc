package io.packice.djl.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays of an engine, by name, that become tensors. */
final class LiveArrays {
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /**
   * Adds an array.
   *
   * @throws IllegalArgumentException if it has no name, or that of another, or is of a type or size that cannot be had from an engine
   */
  void add(String name, NDArray array) {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("Cannot import array " + arrays.size() + " of shape " + array.getShape()
          + ": it has no name; call setName");
    }
    if (arrays.putIfAbsent(name, array) != null) {
      throw new IllegalArgumentException(
          "Cannot import two arrays called " + WeightTensor.quoted(name) + "; rename one");
    }
    WeightType type = WeightType.of(array.getDataType())
        .orElseThrow(() -> new IllegalArgumentException("Cannot import array " + WeightTensor.quoted(name) + " of type "
            + array.getDataType().name() + "; convert it"));
    long bytes = array.getShape().size() * type.bits() / Byte.SIZE;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("Cannot import array " + WeightTensor.quoted(name) + " of " + bytes
          + " bytes: an engine gives at most " + Integer.MAX_VALUE + " at a time; import it from safetensors");
    }
  }

  /**
   * What there is.
   *
   * @throws IllegalArgumentException if a name cannot be a tensor's
   */
  TensorTable table() {
    List<WeightTensor> tensors = new ArrayList<>(arrays.size());
    arrays.forEach((name, array) -> {
      WeightType type = WeightType.of(array.getDataType()).orElseThrow();
      List<Long> shape = new ArrayList<>();
      for (long length : array.getShape().getShape()) {
        shape.add(length);
      }
      tensors.add(new WeightTensor(name, type, shape, 0, array.getShape().size() * type.bits() / Byte.SIZE));
    });
    try {
      return TensorTable.checked(WeightsObject.layOut(tensors));
    } catch (DamagedException e) {
      throw new IllegalArgumentException("Cannot import " + arrays.size() + " arrays: " + e.reason() + "; rename it",
          e);
    }
  }

  /** Copies the bytes of one, row by row, whatever its strides and device are. */
  void copy(WeightTensor tensor, MemorySegment target) {
    NDArray array = arrays.get(tensor.name());
    if (array == null) {
      throw new IllegalArgumentException("there is no array " + tensor.name());
    }
    try (NDManager temporary = array.getManager().newSubManager()) { // what the engine makes on the way ends with it
      NDArray copy = array.duplicate();
      copy.attach(temporary);
      target.copyFrom(MemorySegment.ofBuffer(copy.toByteBuffer(true).clear()));
    }
  }
}
