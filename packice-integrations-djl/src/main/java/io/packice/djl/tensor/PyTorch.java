package io.packice.djl.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** What is particular to DJL's PyTorch engine; its classes are named in {@link Calls} only, so that this loads without them. */
final class PyTorch {
  private static final String NAME = "PyTorch";

  private PyTorch() {
  }

  static boolean canShare(NDManager manager) {
    return NAME.equals(manager.getEngine().getEngineName()) && !"false".equals(System.getProperty(SharedTensors.SWITCH))
        && Dlpack.isAvailable();
  }

  /** An array on the CPU, whichever device the manager has. */
  static NDArray share(NDManager manager, MemorySegment memory, Shape shape, DataType type, Runnable giveBack) {
    long handle = Dlpack.tensor(memory, shape.getShape(), type, giveBack);
    return Calls.array(manager, handle, memory.isReadOnly());
  }

  static boolean canSetData(NDArray target, NDArray source) {
    return NAME.equals(target.getManager().getEngine().getEngineName()) && Calls.areTensors(target, source)
        && SetData.isAvailable();
  }

  /** Whether an array was made for inference alone. */
  static boolean isInference(NDArray array) {
    return Calls.isInference(array);
  }

  static void setData(NDArray target, NDArray source) {
    Calls.setData(target, source);
  }

  private static final class Calls {
    private Calls() {
    }

    static NDArray array(NDManager manager, long handle, boolean readOnly) {
      try {
        return readOnly ? new ReadOnlyArray((PtNDManager) manager, handle)
            : new LentArray((PtNDManager) manager, handle);
      } catch (Throwable refused) { // the manager was closed meanwhile
        JniUtils.deleteNDArray(handle);
        throw refused;
      }
    }

    static boolean areTensors(NDArray target, NDArray source) {
      return target instanceof PtNDArray && source instanceof PtNDArray;
    }

    static boolean isInference(NDArray array) {
      try {
        return SetData.isInference(((PtNDArray) array).getHandle());
      } finally {
        Reference.reachabilityFence(array);
      }
    }

    static void setData(NDArray target, NDArray source) {
      try {
        SetData.call(((PtNDArray) target).getHandle(), ((PtNDArray) source).getHandle());
      } finally {
        Reference.reachabilityFence(target);
        Reference.reachabilityFence(source);
      }
    }
  }
}
