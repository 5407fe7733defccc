package io.packice.arrow.vectors;

import org.apache.arrow.vector.BaseVariableWidthViewVector;

/** Room in vectors of views. Arrow's own safe methods make it for the bytes of a value alone, so that one of none is written behind the end. */
public final class ViewRoom {
  private ViewRoom() {
  }

  /**
   * Makes room for a value, whatever its length is.
   *
   * @param views the vector
   * @param row where the value comes
   */
  public static void make(BaseVariableWidthViewVector views, int row) {
    long needed = (row + 1L) * BaseVariableWidthViewVector.ELEMENT_SIZE;
    if (views.getDataBuffer().capacity() < needed) {
      views.reallocViewBuffer(needed);
    }
  }
}
