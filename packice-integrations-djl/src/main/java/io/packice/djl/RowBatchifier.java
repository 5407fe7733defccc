package io.packice.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import java.util.Arrays;

/** DJL's stacking, for lists that may be empty: a batch without labels can be split, too. */
enum RowBatchifier implements Batchifier {
  INSTANCE;

  @Override
  public NDList batchify(NDList[] inputs) {
    return inputs.length == 0 ? new NDList() : STACK.batchify(inputs);
  }

  @Override
  public NDList[] unbatchify(NDList inputs) {
    return STACK.unbatchify(inputs);
  }

  @Override
  public NDList[] split(NDList list, int numOfSlices, boolean evenSplit) {
    if (!list.isEmpty()) {
      return STACK.split(list, numOfSlices, evenSplit);
    }
    NDList[] none = new NDList[numOfSlices];
    Arrays.setAll(none, _ -> new NDList());
    return none;
  }
}
