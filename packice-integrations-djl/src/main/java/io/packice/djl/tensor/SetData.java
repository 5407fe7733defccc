package io.packice.djl.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Torch's {@code tensor.data = other}, which DJL lacks: whoever holds the tensor, such as a TorchScript module its parameter, then reads the other's
 * memory, and what the tensor had before is freed.
 */
final class SetData {
  /** {@code void at::TensorBase::set_data(const at::TensorBase&) const}. */
  private static final String SET_DATA = "_ZNK2at10TensorBase8set_dataERKS0_";

  /** {@code bool at::compositeimplicitautograd::is_inference(const at::Tensor&)}. */
  private static final String IS_INFERENCE = "_ZN2at25compositeimplicitautograd12is_inferenceERKNS_6TensorE";

  private static final Optional<MethodHandle> FUNCTION =
      function(SET_DATA, FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
  private static final Optional<MethodHandle> INFERENCE =
      function(IS_INFERENCE, FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS));

  private static Optional<MethodHandle> function(String symbol, FunctionDescriptor type) {
    return LibTorch.find(symbol).map(address -> Linker.nativeLinker().downcallHandle(address, type));
  }

  private SetData() {
  }

  static boolean isAvailable() {
    return FUNCTION.isPresent() && INFERENCE.isPresent();
  }

  /** Whether a tensor was made without the counter of its changes that it would want with another's data. */
  static boolean isInference(long tensor) {
    try {
      return (boolean) INFERENCE.orElseThrow().invokeExact(MemorySegment.ofAddress(tensor));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a function of C++ throws nothing that Java sees", impossible);
    }
  }

  /** Both are addresses of an {@code at::Tensor}, of one shape, type and device, and not of inference: libtorch throws otherwise, which ends the process. */
  static void call(long tensor, long other) {
    try {
      FUNCTION.orElseThrow().invokeExact(MemorySegment.ofAddress(tensor), MemorySegment.ofAddress(other));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a function of C++ throws nothing that Java sees", impossible);
    }
  }
}
