package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code packice mounts mkdir}. */
@Command(name = "mkdir", description = "Make folders, and those above them, where the service has such.",
    footer = {"  packice mounts mkdir home:results/2026"})
final class MkdirCommand extends MountsSubcommand {
  @Parameters(arity = "1..*", paramLabel = "NODE", description = "The folders.") private List<String> nodes = List.of();

  MkdirCommand(Console console) {
    super(console);
  }

  @Override
  int run(Operands operands) {
    nodes.forEach(node -> operands.node(node).makeFolder());
    return 0;
  }
}
