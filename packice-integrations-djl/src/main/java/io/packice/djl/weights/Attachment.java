package io.packice.djl.weights;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.djl.weights.AttachOptions.Unsupported;
import io.packice.djl.weights.AttachOptions.Unused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tensor becomes which parameter, and all that does not fit. Changes nothing. */
final class Attachment {
  private final String weights;
  private final AttachOptions options;
  private final Map<String, WeightTensor> names = new LinkedHashMap<>();
  private final List<String> wrongNames = new ArrayList<>();

  /** What a parameter wants; its shape is null if it takes any. */
  record Wanted(String name, @Nullable Shape shape, DataType type) {
  }

  Attachment(String weights, List<WeightTensor> tensors, AttachOptions options) {
    this.weights = weights;
    this.options = options;
    Map<String, String> parameters = new LinkedHashMap<>();
    options.names().forEach((parameter, tensor) -> {
      if (parameters.put(tensor, parameter) != null) {
        wrongNames.add("tensor " + WeightTensor.quoted(tensor) + " is mapped to two parameters");
      }
    });
    for (WeightTensor tensor : tensors) {
      String stripped = tensor.name().startsWith(options.prefix())
          ? tensor.name().substring(options.prefix().length())
          : tensor.name();
      String mapped = parameters.remove(stripped);
      String name = mapped == null ? stripped : mapped;
      if (names.putIfAbsent(name, tensor) != null) {
        wrongNames.add("two tensors would be called " + WeightTensor.quoted(name));
      }
    }
    parameters.forEach((tensor, parameter) -> wrongNames.add(
        "there is no tensor " + WeightTensor.quoted(tensor) + " for parameter " + WeightTensor.quoted(parameter)));
  }

  /** Tensors by the names that their arrays or parameters have. */
  Map<String, WeightTensor> names() {
    return names;
  }

  AttachOptions options() {
    return options;
  }

  /** The tensor for a parameter that {@link #requireFit} was given. */
  WeightTensor tensor(String parameter) {
    return Optional.ofNullable(names.get(parameter)).orElseThrow();
  }

  /** Requires that an array can be made of each. */
  void requireAll() {
    List<String> mismatches = new ArrayList<>(wrongNames);
    names.forEach((name, tensor) -> {
      if (type(tensor).isEmpty()) {
        mismatches.add(refusal(name, tensor));
      }
    });
    require(mismatches, "weights " + weights);
  }

  /** Requires that each parameter has its tensor, and, unless that is allowed, that no tensor is left over. */
  void requireFit(List<Wanted> parameters) {
    List<String> mismatches = new ArrayList<>(wrongNames);
    Set<String> unused = new HashSet<>(names.keySet());
    for (Wanted parameter : parameters) {
      unused.remove(parameter.name());
      WeightTensor tensor = names.get(parameter.name());
      if (tensor == null) {
        mismatches.add("there is no tensor for parameter " + WeightTensor.quoted(parameter.name()));
      } else {
        compare(parameter, tensor, mismatches);
      }
    }
    if (options.unused() == Unused.REFUSE) {
      names.keySet().stream().filter(unused::contains)
          .forEach(name -> mismatches.add("there is no parameter for tensor " + WeightTensor.quoted(name)));
    }
    require(mismatches, "weights " + weights + " to this block");
  }

  private void compare(Wanted parameter, WeightTensor tensor, List<String> mismatches) {
    String name = WeightTensor.quoted(parameter.name());
    if (parameter.shape() != null && !parameter.shape().equals(tensor.engineShape())) {
      mismatches.add(name + " has shape " + parameter.shape() + ", and the tensor " + tensor.engineShape());
    }
    Optional<DataType> type = type(tensor);
    if (type.isEmpty()) {
      mismatches.add(refusal(parameter.name(), tensor));
    } else if (type.get() != parameter.type()) {
      mismatches.add(name + " is " + parameter.type().name() + ", and the tensor " + type.get().name());
    }
  }

  private void require(List<String> mismatches, String what) {
    if (!mismatches.isEmpty()) {
      throw new WeightsMismatchException(what, mismatches,
          "say so by the options' names, prefix, type, unused or unsupported, or use other weights");
    }
  }

  private Optional<DataType> type(WeightTensor tensor) {
    return tensor.type().arrayType().or(() -> options.unsupported() == Unsupported.WIDEN
        ? Widening.target(tensor.type())
        : Optional.empty());
  }

  private static String refusal(String name, WeightTensor tensor) {
    return WeightTensor.quoted(name) + " is " + tensor.type() + ", which the engine would not survive"
        + Widening.target(tensor.type()).map(wider -> " (it can be widened to " + wider.name() + ")").orElse("");
  }
}
