package io.packice.djl.weights;

import java.util.List;

/** Weights do not fit what they were to be attached to. Nothing was changed; the message lists all that does not fit, and so does {@link #mismatches}. */
public final class WeightsMismatchException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final transient List<String> mismatches;

  WeightsMismatchException(String what, List<String> mismatches, String whatToDo) {
    super(
        "Cannot attach " + what + ": " + mismatches.size() + (mismatches.size() == 1 ? " mismatch: " : " mismatches: ")
            + String.join("; ", mismatches) + "; " + whatToDo);
    this.mismatches = List.copyOf(mismatches);
  }

  /**
   * All that does not fit.
   *
   * @return one line for each
   */
  public List<String> mismatches() {
    return mismatches;
  }
}
