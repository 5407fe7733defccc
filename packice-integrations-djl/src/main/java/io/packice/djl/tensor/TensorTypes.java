package io.packice.djl.tensor;

import ai.djl.ndarray.types.DataType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Which types DJL's PyTorch engine survives (tried on 0.35.1): the others end the process, or silently become something else. */
public final class TensorTypes {
  /** The types that arrays can have. */
  public static final Set<DataType> SAFE =
      Collections.unmodifiableSet(EnumSet.of(DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64, DataType.INT8,
          DataType.UINT8, DataType.INT32,
          DataType.INT64, DataType.BOOLEAN));

  private TensorTypes() {
  }

  /**
   * Whether arrays can have a type.
   *
   * @param type the type
   * @return whether it is one of {@link #SAFE}
   */
  public static boolean isSafe(DataType type) {
    return SAFE.contains(type);
  }
}
