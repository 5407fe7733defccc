package io.packice.djl.tensor;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An array over lent memory. It tells when it is collected without having been closed, which happens to arrays that were detached from their manager. It
 * is not closed then: native code may still be in the middle of its last use.
 */
class LentArray extends PtNDArray {
  private static final Cleaner CLEANER = Cleaner.create();

  @SuppressWarnings("this-escape") // the state does not refer to it
  LentArray(PtNDManager manager, long handle) {
    super(manager, handle);
    AtomicReference<Long> state = this.handle;
    Cleaner.Cleanable _ = CLEANER.register(this, () -> {
      if (state.get() != null) {
        Log.forgotten(handle);
      }
    });
  }

  /** The engine's own gives the same memory again where nothing is to be converted, though a copy is asked for. */
  @Override
  public PtNDArray toType(DataType type, boolean copy) {
    return copy && type == getDataType() ? (PtNDArray) duplicate() : super.toType(type, copy);
  }

  /** As {@link #toType}. */
  @Override
  public PtNDArray toDevice(Device device, boolean copy) {
    return copy && device.equals(getDevice()) ? (PtNDArray) duplicate() : super.toDevice(device, copy);
  }
}
