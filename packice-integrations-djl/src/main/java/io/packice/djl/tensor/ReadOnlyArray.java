package io.packice.djl.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * An array over memory that nobody may write: where the engine would, the kernel ends the process, so each operation in place is refused before. Not
 * those on arrays that the engine derives of it without a copy.
 */
final class ReadOnlyArray extends LentArray {
  ReadOnlyArray(PtNDManager manager, long handle) {
    super(manager, handle);
  }

  private UnsupportedOperationException refuse(String operation) {
    return new UnsupportedOperationException("Cannot do " + operation + " on an array of shape " + getShape()
        + ": its memory is shared and read-only; do it on what duplicate() gives, or ask for memory that may be written: by"
        + " optWritableBatches of a dataset, Access.COPY_ON_WRITE of weights");
  }

  /** Shows the memory, and does not let it be written. */
  @Override
  public ByteBuffer toByteBuffer(boolean tryDirect) {
    ByteBuffer bytes = super.toByteBuffer(tryDirect);
    return tryDirect ? bytes.asReadOnlyBuffer().order(bytes.order()) : bytes;
  }

  @Override
  public void set(Buffer data) {
    throw refuse("set");
  }

  @Override
  public void set(NDIndex index, NDArray value) {
    throw refuse("set");
  }

  @Override
  public void set(NDIndex index, Number value) {
    throw refuse("set");
  }

  @Override
  public void set(NDIndex index, Function<NDArray, NDArray> function) {
    throw refuse("set");
  }

  @Override
  public void set(NDArray index, Number value) {
    throw refuse("set");
  }

  @Override
  public void setScalar(NDIndex index, Number value) {
    throw refuse("setScalar");
  }

  @Override
  public PtNDArray addi(Number n) {
    throw refuse("addi");
  }

  @Override
  public PtNDArray addi(NDArray other) {
    throw refuse("addi");
  }

  @Override
  public PtNDArray subi(Number n) {
    throw refuse("subi");
  }

  @Override
  public PtNDArray subi(NDArray other) {
    throw refuse("subi");
  }

  @Override
  public PtNDArray muli(Number n) {
    throw refuse("muli");
  }

  @Override
  public PtNDArray muli(NDArray other) {
    throw refuse("muli");
  }

  @Override
  public PtNDArray divi(Number n) {
    throw refuse("divi");
  }

  @Override
  public PtNDArray divi(NDArray other) {
    throw refuse("divi");
  }

  @Override
  public PtNDArray modi(Number n) {
    throw refuse("modi");
  }

  @Override
  public PtNDArray modi(NDArray other) {
    throw refuse("modi");
  }

  @Override
  public PtNDArray powi(Number n) {
    throw refuse("powi");
  }

  @Override
  public PtNDArray powi(NDArray other) {
    throw refuse("powi");
  }

  @Override
  public PtNDArray signi() {
    throw refuse("signi");
  }

  @Override
  public PtNDArray negi() {
    throw refuse("negi");
  }
}
