package io.packice.cli.weights;

import io.packice.PackiceClient;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Failures;
import io.packice.cli.command.Progress;
import io.packice.cli.command.Quantity;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.ObjectId;
import io.packice.djl.weights.WeightsImport;
import io.packice.djl.weights.WeightsSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice weights import}. */
@Command(name = "import",
    description = {
        "Import the weights of a model, once for all processes of this host: a safetensors file, shards by their index,"
            + " or the arrays of a NumPy .npz file.",
        "The header is checked in full before anything is made."},
    footer = {"  packice weights import model.safetensors bert",
        "  packice weights import model.safetensors.index.json llama    the shards beside it",
        "  packice weights import weights.npz small",
        "  packice weights import tuned.safetensors bert --replace      who has the old ones keeps them"})
final class WeightsImportCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "FILE",
      description = "A .safetensors or .npz file, or the .json index of shards.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Parameters(index = "1", paramLabel = "NAME", description = "The name of the weights.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ObjectId name;

  @Option(names = "--replace",
      description = "Replace weights of the same name; who has the old ones keeps them.") private boolean replace;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  WeightsImportCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    requireNoOptionsBefore(spec);
    long startNanos = System.nanoTime();
    WeightsSummary summary;
    try (Progress bar = progress()) {
      summary = new WeightsImport(client, name.value()).withIfExists(replace ? IfExists.REPLACE : IfExists.FAIL)
          .withProgress(bar::advance).file(file);
    } catch (java.nio.file.FileSystemException e) {
      throw new CliException("Cannot read " + e.getFile() + ": " + Failures.reasonAndAdvice(e), e);
    }
    report(summary, Duration.ofNanos(System.nanoTime() - startNanos));
    return 0;
  }

  private Progress progress() throws IOException {
    boolean plain = file.toString().endsWith(".safetensors"); // others name files, or are compressed
    return plain
        ? Progress.ofBytes(console, "import " + name, Files.size(file))
        : Progress.ofUnknownBytes(console, "import " + name);
  }

  private void report(WeightsSummary summary, Duration took) throws IOException {
    if (json()) {
      Map<String, Object> fields = new LinkedHashMap<>(WeightsListCommand.fields(summary));
      fields.put("seconds", Durations.seconds(took));
      printJson(fields);
    } else {
      console.line(summary.name() + ": " + Quantity.count(summary.tensorCount(), "tensor") + ", "
          + ByteSize.format(summary.byteSize()) + ", " + Durations.format(took));
    }
  }
}
