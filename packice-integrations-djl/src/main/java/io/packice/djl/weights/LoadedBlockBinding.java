package io.packice.djl.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import io.packice.djl.tensor.SharedTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts tensors in place of the parameters of a module that the engine has loaded, such as a TorchScript file's. The module keeps its own tensors, and
 * these get other memory; so nothing else that the module has (its buffers, such as running means) is touched.
 */
final class LoadedBlockBinding {
  private LoadedBlockBinding() {
  }

  private record Replacement(Parameter parameter, NDArray array) {
  }

  static void bind(SymbolBlock block, NDManager manager, Attachment attachment, TensorMemory memory) {
    Map<String, Parameter> parameters = BlockBinding.parameters(block);
    List<Attachment.Wanted> wanted = parameters.entrySet().stream().map(each -> {
      NDArray array = each.getValue().getArray();
      return new Attachment.Wanted(each.getKey(), array.getShape(), array.getDataType());
    }).toList();
    attachment.requireFit(wanted);
    List<Replacement> replacements = new ArrayList<>();
    try {
      parameters.forEach((name, parameter) -> replacements.add(
          new Replacement(parameter, memory.array(manager, attachment.tensor(name)))));
      replacements.forEach(each -> {
        SharedTensors.setData(each.parameter.getArray(), each.array);
        each.parameter.freeze(true);
      });
    } finally {
      replacements.forEach(each -> each.array.close()); // the module's tensors have the memory now
    }
  }
}
