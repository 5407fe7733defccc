package io.packice.cli.serve;

import io.packice.backends.file.Verification;
import io.packice.backends.file.Verification.Damage;
import io.packice.cli.command.BaseCommand;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Progress;
import io.packice.cli.command.Quantity;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.SharedFileSystemPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code packice verify}. */
@Command(name = "verify", description = {
    "Read every object in the folder of a peer over files, and compare it with its checksums.",
    "It changes nothing, and may run while peers serve the folder, be it one (fs, tiered) or several (shared-fs). A peer's start looks at lengths only: this finds a disk"
        + " that forgets. The exit code is 1 if anything is damaged."},
    footer = {"  packice verify",
        "  packice verify --data-dir /var/lib/packice --json | jq -r '.damaged[].id'"})
public final class VerifyCommand extends BaseCommand {
  @Mixin private final DataDirOption dataDir = new DataDirOption();

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public VerifyCommand(Console console) {
    super(console);
  }

  @Override
  protected int run() throws IOException {
    Path folder = dataDir.folder(console);
    long startNanos = System.nanoTime();
    Verification found = verify(folder);
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    if (json()) {
      printJson(fields(folder, found, took));
    } else {
      describe(folder, found, took);
    }
    if (!found.isClean()) {
      throw new CliException("Cannot vouch for " + folder + ": " + found.damaged().size() + " of "
          + Quantity.count(found.objects(), "object")
          + " damaged; make them anew with --replace, or discard them with packice rm",
          null);
    }
    return 0;
  }

  private Verification verify(Path folder) {
    try (Progress bar = Progress.ofUnknownBytes(console, "verify")) {
      return SharedFileSystemPeer.isSharedFolder(folder) ? SharedFileSystemPeer.verify(folder, bar::advanceTo)
          : FileSystemPeer.verify(folder, bar::advanceTo);
    }
  }

  private void describe(Path folder, Verification found, Duration took) throws IOException {
    for (Damage damage : found.damaged()) {
      console.line("damaged  " + damage.name() + ": " + damage.what() + " (" + damage.file() + ")");
    }
    console.line(folder + ": " + Quantity.count(found.objects(), "object") + ", "
        + ByteSize.format(found.bytes()) + " read in " + Durations.format(took) + ", " + found.damaged().size()
        + " damaged" + (found.quarantined() == 0 ? "" : "; " + found.quarantined() + " in quarantine from earlier"));
  }

  private static Map<String, Object> fields(Path folder, Verification found, Duration took) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("data_dir", folder.toString());
    fields.put("objects", found.objects());
    fields.put("bytes", found.bytes());
    fields.put("damaged", found.damaged().stream().map(VerifyCommand::fields).toList());
    fields.put("quarantined", found.quarantined());
    fields.put("seconds", Durations.seconds(took));
    return fields;
  }

  private static Map<String, Object> fields(Damage damage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", damage.name());
    fields.put("what", damage.what());
    fields.put("file", damage.file().toString());
    return fields;
  }
}
