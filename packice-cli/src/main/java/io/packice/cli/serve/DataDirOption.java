package io.packice.cli.serve;

import io.packice.cli.command.Console;
import io.packice.cli.command.GivenPath;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a peer over files keeps them. */
final class DataDirOption {
  @Option(names = "--data-dir", paramLabel = "DIR", order = 4,
      description = "The folder of a peer over files (fs, shared-fs, tiered); otherwise $$PACKICE_DATA_DIR, otherwise packice in $$XDG_DATA_HOME, otherwise packice in ~/.local/share.") private @Nullable Path folder;

  boolean isGiven() {
    return folder != null;
  }

  /** The folder, absolute. */
  Path folder(Console console) {
    return Objects.requireNonNullElseGet(folder, () -> byDefault(console)).toAbsolutePath().normalize();
  }

  private static Path byDefault(Console console) {
    String settings = console.variable("PACKICE_DATA_DIR");
    if (settings != null) {
      return GivenPath.of(settings);
    }
    String data = console.variable("XDG_DATA_HOME");
    return (data == null ? Path.of(System.getProperty("user.home"), ".local", "share") : Path.of(data))
        .resolve("packice");
  }
}
