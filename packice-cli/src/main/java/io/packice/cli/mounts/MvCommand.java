package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import io.packice.storage.CopyOptions;
import io.packice.storage.CopySummary;
import io.packice.storage.StorageNode;
import picocli.CommandLine.Command;

/** {@code packice mounts mv}. */
@Command(name = "mv",
    description = "Move files and folders between any two mounts or paths. What is left out, or fails, stays where it is.",
    footer = {"  packice mounts mv home:a.csv home:b.csv", "  packice mounts mv -r home:out s3:results"})
final class MvCommand extends TransferCommand {
  MvCommand(Console console) {
    super(console);
  }

  @Override
  String done() {
    return "Moved";
  }

  @Override
  CopySummary transfer(StorageNode source, StorageNode target, CopyOptions options) {
    return source.moveTo(target, options);
  }
}
