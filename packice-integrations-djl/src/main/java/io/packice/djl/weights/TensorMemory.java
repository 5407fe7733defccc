package io.packice.djl.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.packice.LeasedObject;
import io.packice.arrow.memory.UseCount.Use;
import io.packice.djl.tensor.SharedTensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where the arrays of one attaching are: the mapping, or a copy-on-write view that ends with the last of them. Whoever made it closes it. */
final class TensorMemory implements AutoCloseable {
  private final MemorySegment data;
  private final Use use;

  /** The use of the object is this one's from now on. */
  TensorMemory(LeasedObject object, Use ofObject, AttachOptions.Access access) {
    try {
      if (access == AttachOptions.Access.READ_ONLY) {
        this.data = object.blob(1).segment();
        this.use = ofObject;
      } else {
        Arena arena = Arena.ofShared();
        this.data = object.blob(1).copyOnWrite(arena);
        this.use = Use.first("a copy-on-write view of weights " + object.id(), () -> {
          arena.close();
          ofObject.close();
        });
      }
    } catch (RuntimeException | Error failure) {
      ofObject.close();
      throw failure;
    }
  }

  /** An array over a tensor, or a wider copy of it; {@link Attachment} has seen to it that one of both is possible. */
  NDArray array(NDManager manager, WeightTensor tensor) {
    MemorySegment source = data.asSlice(tensor.offset(), tensor.byteSize());
    DataType type = tensor.type().arrayType().orElse(null);
    if (type != null) {
      return SharedTensors.over(manager, source, tensor.engineShape(), type, use.another()::close);
    }
    DataType wider = Widening.target(tensor.type()).orElseThrow();
    Arena arena = Arena.ofShared();
    MemorySegment copy;
    try {
      long elements = tensor.byteSize() * Byte.SIZE / tensor.type().bits();
      copy = arena.allocate(Math.multiplyExact(elements, wider.getNumOfBytes()), WeightsObject.ALIGNMENT);
      Widening.copy(tensor.type(), source, copy);
    } catch (RuntimeException | Error failure) {
      arena.close();
      throw failure;
    }
    return SharedTensors.over(manager, copy, tensor.engineShape(), wider, arena::close);
  }

  @Override
  public void close() {
    use.close();
  }
}
