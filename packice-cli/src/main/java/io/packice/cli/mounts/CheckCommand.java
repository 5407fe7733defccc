package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import io.packice.cli.command.TextTable;
import io.packice.storage.Capability;
import io.packice.storage.NodeException;
import io.packice.storage.StorageNode;
import io.packice.storage.config.MountSettings;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code packice mounts check}. */
@Command(name = "check",
    description = "Open each mount and ask it something; says what is wrong with those that fail. Exits with 1 if one does.",
    footer = {"  packice mounts check", "  packice mounts check --mounts mounts.yaml --json"})
final class CheckCommand extends MountsSubcommand {
  CheckCommand(Console console) {
    super(console);
  }

  /**
   * How a mount is.
   *
   * @param ok whether it answers
   * @param text what there is to say
   */
  private record Status(boolean ok, String text) {
  }

  @Override
  int run(Operands operands) throws IOException {
    boolean allOk = true;
    TextTable table = new TextTable("NAME", "STATUS");
    for (MountSettings mount : operands.mounts()) {
      Status status = status(operands, mount.name());
      allOk &= status.ok;
      table.row(mount.name(), status.text);
      if (json()) {
        printJson(Map.of("name", mount.name(), "ok", status.ok, "message", status.text));
      }
    }
    if (!json() && !operands.mounts().isEmpty()) {
      table.printTo(console);
    }
    return allOk ? 0 : 1;
  }

  private static Status status(Operands operands, String mount) {
    try {
      boolean lists = operands.storage().capabilities(mount).has(Capability.LIST);
      StorageNode root = operands.storage().node(mount, "");
      boolean empty = lists ? root.children().findFirst().isEmpty() : root.child("packice-check").exists(); // the root is there without a question
      return new Status(true, lists && empty ? "ok, empty" : "ok");
    } catch (NodeException e) {
      return new Status(false, e.getMessage());
    }
  }
}
