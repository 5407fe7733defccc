package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import io.packice.storage.CopyOptions;
import io.packice.storage.CopySummary;
import io.packice.storage.StorageNode;
import picocli.CommandLine.Command;

/** {@code packice mounts cp}. */
@Command(name = "cp",
    description = "Copy files and folders between any two mounts or paths. What fails is named at the end, the rest is copied.",
    footer = {"  packice mounts cp s3:train/part-0.parquet .",
        "  packice mounts cp -r s3:train home:cache --skip hash --include '*.parquet'"})
final class CpCommand extends TransferCommand {
  CpCommand(Console console) {
    super(console);
  }

  @Override
  String done() {
    return "Copied";
  }

  @Override
  CopySummary transfer(StorageNode source, StorageNode target, CopyOptions options) {
    return source.copyTo(target, options);
  }
}
