package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import io.packice.storage.StorageNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code packice mounts rm}. */
@Command(name = "rm", description = "Delete files and empty folders.",
    footer = {"  packice mounts rm s3:old.csv", "  packice mounts rm -r s3:scratch"})
final class RmCommand extends MountsSubcommand {
  @Parameters(arity = "1..*", paramLabel = "NODE", description = "What to delete.") private List<String> nodes =
      List.of();

  @Option(names = {"-r", "--recursive"}, description = "Folders with all that is in them.") private boolean recursive;

  RmCommand(Console console) {
    super(console);
  }

  @Override
  int run(Operands operands) throws IOException {
    for (String text : nodes) {
      StorageNode node = operands.node(text);
      long files = 1;
      if (recursive) {
        files = node.deleteTree();
      } else {
        node.delete();
      }
      if (json()) {
        printJson(Map.of("deleted", operands.name(node), "files", files));
      }
    }
    return 0;
  }
}
