package io.packice.djl.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes arrays over lent memory. With DJL's PyTorch engine nothing is copied, and the engine itself counts who uses the memory: the array, its
 * slices, views and transposes in whatever manager, what a gradient function keeps. When the last of them is gone the memory is given back, and
 * never before, in whichever order managers are closed. Other engines get a copy, and the memory is given back at once.
 *
 * <p>Safe from any thread.
 */
public final class SharedTensors {
  /** A system property: with "false", arrays are copies on every engine. For finding out whether sharing is what is wrong. */
  public static final String SWITCH = "packice.djl.share";

  private SharedTensors() {
  }

  /**
   * Makes an array over memory, of any size.
   *
   * <p>Where the memory is read-only, an operation in place (such as {@code muli}) on the array is an {@link UnsupportedOperationException}. If it is a
   * read-only mapping, one on what the engine derives of the array without a copy is a fault that ends the process.
   *
   * @param manager whose array it becomes; on another device than the CPU it is a copy
   * @param memory native memory with exactly the array's bytes, row-major, little-endian, valid until {@code giveBack} runs
   * @param shape its shape
   * @param type its type: FLOAT16, FLOAT32, FLOAT64, INT8, UINT8, INT32, INT64 or BOOLEAN (bytes 0 and 1)
   * @param giveBack runs once, when nothing of the engine can read the memory any more, on whichever thread; also if this throws. It should not
   *     throw: there is nobody to tell but the log
   * @return the array
   * @throws IllegalArgumentException if the engine has no such type (it would end the process if it were asked), or the memory is not native or
   *     of another length
   * @throws IllegalStateException if the manager is closed, or DJL has no engine
   */
  public static NDArray over(NDManager manager, MemorySegment memory, Shape shape, DataType type, Runnable giveBack) {
    Runnable once = once(giveBack);
    try {
      require(memory, shape, type);
      requireReady(manager);
      if (!PyTorch.canShare(manager)) {
        NDArray copy = copy(manager, memory, shape, type);
        once.run();
        return copy;
      }
      NDArray array = PyTorch.share(manager, memory, shape, type, once);
      return manager.getDevice().equals(Device.cpu()) ? array : moved(array, manager.getDevice());
    } catch (Throwable failure) {
      once.run();
      throw failure;
    }
  }

  /**
   * Whether arrays of a manager share memory, rather than copy it.
   *
   * @param manager the manager
   * @return whether its engine is PyTorch in a version that can, on the CPU
   */
  public static boolean areShared(NDManager manager) {
    return PyTorch.canShare(manager) && manager.getDevice().equals(Device.cpu());
  }

  /**
   * Makes an array, and whoever else has its tensor, read another's memory: torch's {@code target.data = source}. So the parameter of a model that the
   * engine has loaded becomes one in shared memory. The memory stays lent until both are gone; what the target had before is freed if nobody else has it.
   *
   * <p>Not while another thread computes with the target.
   *
   * @param target the array, such as a parameter; neither it nor the source becomes the caller's or ceases to be
   * @param source dense, on the CPU, of the same shape and type
   * @throws IllegalArgumentException if they differ in shape or type, or one is not dense on the CPU, or the target is of a model that was loaded without
   *     the option {@code trainParam}
   * @throws UnsupportedOperationException if the engine is not PyTorch, or a version of it that cannot; nothing has changed
   */
  public static void setData(NDArray target, NDArray source) {
    if (!target.getShape().equals(source.getShape()) || target.getDataType() != source.getDataType()
        || !isPlain(target) || !isPlain(source)) {
      throw new IllegalArgumentException("Cannot replace the data of " + describe(target) + " by " + describe(source)
          + "; give what has the same shape and type, dense and on the CPU");
    }
    if (!PyTorch.canSetData(target, source)) {
      throw new UnsupportedOperationException("Cannot replace the data of " + describe(target) + ": this version of "
          + target.getManager().getEngine().getEngineName()
          + " has no function for it; use DJL's PyTorch engine 2.7.1 on x86-64");
    }
    if (PyTorch.isInference(target) != PyTorch.isInference(source)) {
      throw new IllegalArgumentException("Cannot replace the data of " + describe(target)
          + ": its model was loaded for inference alone, and its parameters cannot change; load it with the option"
          + " trainParam (Criteria.optOption(\"trainParam\", \"true\"))");
    }
    PyTorch.setData(target, source);
  }

  private static boolean isPlain(NDArray array) {
    return !array.isSparse() && array.getDevice().equals(Device.cpu());
  }

  private static String describe(NDArray array) {
    return array.getDataType().name() + array.getShape() + (array.isSparse() ? ", sparse," : "") + " on "
        + array.getDevice();
  }

  private static void require(MemorySegment memory, Shape shape, DataType type) {
    if (!TensorTypes.isSafe(type)) {
      throw new IllegalArgumentException(
          "Cannot make a tensor of " + type.name() + ": the engine would end the process; convert it to one of "
              + TensorTypes.SAFE);
    }
    long bytes = Math.multiplyExact(shape.size(), type.getNumOfBytes());
    if (!memory.isNative() || memory.byteSize() != bytes) {
      throw new IllegalArgumentException("Cannot make a tensor of shape " + shape + " and type " + type.name()
          + " over "
          + memory.byteSize() + " bytes " + (memory.isNative() ? "of native memory" : "on the heap") + "; give " + bytes
          + " of native memory");
    }
  }

  private static void requireReady(NDManager manager) {
    if (manager.getEngine() == null) { // what DJL gives where it finds none
      throw new IllegalStateException(
          "Cannot make a tensor: DJL has found no engine; put one on the class path, such as"
              + " ai.djl.pytorch:pytorch-engine and its natives");
    }
    if (!manager.isOpen()) {
      throw new IllegalStateException("Cannot make a tensor: its manager is closed");
    }
  }

  private static NDArray moved(NDArray array, Device device) {
    try (array) {
      return array.toDevice(device, true);
    }
  }

  private static NDArray copy(NDManager manager, MemorySegment memory, Shape shape, DataType type) {
    if (memory.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("Cannot copy " + memory.byteSize() + " bytes into a tensor of engine "
          + manager.getEngine().getEngineName() + ", which takes at most " + Integer.MAX_VALUE
          + " at a time; use smaller batches, or PyTorch");
    }
    ByteBuffer bytes = ByteBuffer.wrap(memory.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.nativeOrder());
    return manager.create(bytes, shape, type);
  }

  private static Runnable once(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        action.run();
      }
    };
  }
}
