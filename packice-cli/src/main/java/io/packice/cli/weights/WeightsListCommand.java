package io.packice.cli.weights;

import io.packice.PackiceClient;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.TextTable;
import io.packice.core.NotFoundException;
import io.packice.djl.weights.SharedWeights;
import io.packice.djl.weights.WeightTensor;
import io.packice.djl.weights.WeightsSummary;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice weights ls}. */
@Command(name = "ls", description = "List the weights that a peer holds, or their tensors.",
    footer = {"  packice weights ls", "  packice weights ls bert --tensors",
        "  packice weights ls --json | jq -r .name"})
final class WeightsListCommand extends ClientCommand {
  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "What the names start with.") private String prefix =
      "";

  @Option(names = "--tensors", description = "One line for each tensor.") private boolean tensors;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  WeightsListCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    requireNoOptionsBefore(spec);
    List<WeightsSummary> found = SharedWeights.list(client, prefix).toList();
    if (found.isEmpty()) {
      if (!json()) {
        console.err().println(prefix.isEmpty()
            ? "The peer holds no weights; import some with: packice weights import FILE NAME"
            : "The peer holds no weights whose name starts with " + prefix);
      }
    } else if (tensors) {
      printTensors(client, found);
    } else if (json()) {
      for (WeightsSummary each : found) {
        printJson(fields(each));
      }
    } else {
      TextTable table = new TextTable("NAME", ">TENSORS", ">SIZE");
      found.forEach(
          each -> table.row(each.name(), String.valueOf(each.tensorCount()), ByteSize.format(each.byteSize())));
      table.printTo(console);
    }
    return 0;
  }

  private void printTensors(PackiceClient client, List<WeightsSummary> found) throws IOException {
    TextTable table = new TextTable("NAME", "TENSOR", "TYPE", "SHAPE", ">SIZE");
    for (WeightsSummary each : found) {
      try (SharedWeights weights = SharedWeights.open(client, each.name())) {
        for (WeightTensor tensor : weights.tensors()) {
          if (json()) {
            printJson(fields(each.name(), tensor));
          } else {
            table.row(each.name(), tensor.name().replaceAll("\\p{Cc}", "?"), tensor.type().name(),
                tensor.shape().toString(), ByteSize.format(tensor.byteSize()));
          }
        }
      } catch (NotFoundException _) {
        console.err().println(each.name() + " was discarded meanwhile");
      }
    }
    if (!json()) {
      table.printTo(console);
    }
  }

  private static Map<String, Object> fields(String name, WeightTensor tensor) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", name);
    fields.put("tensor", tensor.name());
    fields.put("type", tensor.type().name());
    fields.put("shape", tensor.shape());
    fields.put("offset", tensor.offset());
    fields.put("bytes", tensor.byteSize());
    return fields;
  }

  static Map<String, Object> fields(WeightsSummary summary) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", summary.name());
    fields.put("tensors", summary.tensorCount());
    fields.put("bytes", summary.byteSize());
    return fields;
  }
}
