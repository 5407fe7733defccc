package io.packice.cli.weights;

import io.packice.PackiceClient;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Failures;
import io.packice.cli.command.OutputFile;
import io.packice.cli.command.Quantity;
import io.packice.djl.weights.SharedWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice weights export}. */
@Command(name = "export",
    description = {"Write weights to one safetensors file, each tensor byte for byte as it was imported.",
        "The file appears when it is complete; one of the same name is replaced then."},
    footer = {"  packice weights export bert copy.safetensors"})
final class WeightsExportCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The weights.") private String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "Where to.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  WeightsExportCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    requireNoOptionsBefore(spec);
    long startNanos = System.nanoTime();
    try (SharedWeights weights = SharedWeights.open(client, name); OutputFile output = OutputFile.create(file)) {
      long bytes = weights.exportSafetensors(output.channel());
      output.publish();
      report(weights.tensors().size(), bytes, Duration.ofNanos(System.nanoTime() - startNanos));
    } catch (IOException e) {
      throw new CliException("Cannot write " + file + ": " + Failures.reasonAndAdvice(e), e);
    }
    return 0;
  }

  private void report(int tensors, long bytes, Duration took) throws IOException {
    if (json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", name);
      fields.put("file", file.toString());
      fields.put("tensors", tensors);
      fields.put("bytes", bytes);
      fields.put("seconds", Durations.seconds(took));
      printJson(fields);
    } else {
      console.line(file + ": " + Quantity.count(tensors, "tensor") + ", " + ByteSize.format(bytes) + ", "
          + Durations.format(took));
    }
  }
}
