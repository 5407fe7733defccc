package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.cli.command.Console;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code packice pin}. */
@Command(name = "pin", description = "Keep objects from eviction until they are unpinned.", footer = {
    "  packice pin models/resnet50"})
public final class PinCommand extends ObjectsCommand {
  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public PinCommand(Console console) {
    super(console);
  }

  @Override
  void apply(PackiceClient client, String id) throws IOException {
    client.pin(id);
    if (json()) {
      printJson(Map.of("pinned", id));
    }
  }
}
