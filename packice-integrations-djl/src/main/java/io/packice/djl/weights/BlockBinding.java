package io.packice.djl.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes tensors the parameters of a block: first finds out what it wants, and then, if all fits, gives it. */
final class BlockBinding {
  private BlockBinding() {
  }

  /** A parameter that had no array, and what it had instead. */
  private record Empty(Parameter parameter, Initializer initializer, Shape shape, boolean trained) {
    static Empty of(Parameter parameter) {
      return new Empty(parameter, parameter.getInitializer(), parameter.getShape(), parameter.requiresGradient());
    }

    void restore() {
      parameter.close();
      parameter.setShape(shape);
      parameter.setInitializer(initializer);
      parameter.freeze(!trained);
    }
  }

  static void bind(Block block, NDManager manager, Attachment attachment, TensorMemory memory, Shape... inputs) {
    if (block instanceof SymbolBlock loaded) {
      LoadedBlockBinding.bind(loaded, manager, attachment, memory);
      return;
    }
    requireOwnParameters(block);
    Map<String, Parameter> parameters = parameters(block);
    List<Empty> empty = parameters.values().stream().filter(each -> !each.isInitialized()).map(Empty::of).toList();
    Map<String, NDArray> arrays;
    try {
      if (!block.isInitialized()) {
        ask(block, manager, attachment.options().type(), empty, inputs);
      }
      attachment.requireFit(wanted(parameters, empty, attachment.options().type()));
      arrays = arrays(parameters, manager, attachment, memory);
    } catch (RuntimeException | Error failure) {
      empty.forEach(Empty::restore);
      throw failure;
    }
    empty.forEach(Empty::restore);
    parameters.forEach((name, parameter) -> give(parameter, arrays.get(name)));
  }

  static Map<String, Parameter> parameters(Block block) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (Pair<String, Parameter> each : block.getParameters()) {
      parameters.put(each.getKey(), each.getValue());
    }
    return parameters;
  }

  private static void requireOwnParameters(Block block) {
    if (block instanceof SymbolBlock) {
      throw new IllegalArgumentException("Cannot attach weights to a block with one in it that the engine has loaded ("
          + block.getClass().getSimpleName()
          + "): its parameters are not DJL's; attach to that one, or use DJL's blocks only");
    }
    block.getChildren().values().forEach(BlockBinding::requireOwnParameters);
  }

  /** Lets the block initialise itself with nothing, which tells the shapes that it wants. */
  private static void ask(Block block, NDManager manager, DataType type, List<Empty> empty, Shape... inputs) {
    if (inputs.length == 0) {
      throw new IllegalArgumentException("Cannot attach weights to a block that is not initialised without the shapes"
          + " of its inputs; give these, too");
    }
    for (Empty each : empty) {
      each.parameter().freeze(true);
      each.parameter().setInitializer((arrays, _, _) -> arrays.create(new Shape(0)));
    }
    block.initialize(manager, type, inputs);
  }

  private static List<Attachment.Wanted> wanted(Map<String, Parameter> parameters, List<Empty> empty, DataType type) {
    Set<Parameter> asked = Collections.newSetFromMap(new IdentityHashMap<>());
    empty.forEach(each -> asked.add(each.parameter()));
    List<Attachment.Wanted> wanted = new ArrayList<>();
    parameters.forEach((name, parameter) -> wanted.add(asked.contains(parameter)
        ? new Attachment.Wanted(name, parameter.getShape(), type)
        : new Attachment.Wanted(name, parameter.getArray().getShape(), parameter.getArray().getDataType())));
    return wanted;
  }

  private static Map<String, NDArray> arrays(Map<String, Parameter> parameters, NDManager manager,
      Attachment attachment, TensorMemory memory) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try {
      parameters.forEach(
          (name, parameter) -> arrays.put(name, array(parameter, manager, attachment.tensor(name), memory)));
      return arrays;
    } catch (RuntimeException | Error failure) {
      arrays.values().forEach(NDArray::close);
      throw failure;
    }
  }

  private static NDArray array(Parameter parameter, NDManager manager, WeightTensor tensor, TensorMemory memory) {
    NDArray array = memory.array(manager, tensor);
    return switch (parameter.getType()) {
      case RUNNING_MEAN, RUNNING_VAR -> {
        try (array) {
          yield array.duplicate();
        }
      }
      default -> array;
    };
  }

  private static void give(Parameter parameter, @Nullable NDArray array) {
    parameter.close();
    parameter.setShape(null); // else it takes no array
    parameter.setArray(array);
    parameter.freeze(true);
  }
}
