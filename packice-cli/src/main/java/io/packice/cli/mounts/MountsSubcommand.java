package io.packice.cli.mounts;

import io.packice.cli.command.BaseCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.GivenPath;
import io.packice.storage.Storage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every one of these commands understands. */
abstract class MountsSubcommand extends BaseCommand {
  @Option(names = "--mounts", paramLabel = "FILE", order = 89,
      description = "The mounts, in YAML or JSON; otherwise those of the file that $$PACKICE_MOUNTS names.") private @Nullable Path mounts;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  MountsSubcommand(Console console) {
    super(console);
  }

  @Override
  protected final int run() throws Exception {
    requireNoOptionsBefore(spec);
    Storage.Builder builder = Storage.builder();
    String variable = console.variable("PACKICE_MOUNTS");
    Path file = mounts == null && variable != null ? GivenPath.of(variable) : mounts;
    if (file != null) {
      builder.file(file);
    }
    try (Storage storage = builder.build()) {
      return run(new Operands(storage, console));
    }
  }

  /** Does the work; returns the exit code. */
  abstract int run(Operands operands) throws Exception;
}
