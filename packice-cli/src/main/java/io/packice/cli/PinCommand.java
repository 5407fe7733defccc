package io.packice.cli;

import io.packice.PackiceClient;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code packice pin}. */
@Command(name = "pin", description = "Keep objects from eviction until they are unpinned.", footer = {
    "  packice pin models/resnet50"})
final class PinCommand extends ObjectsCommand {
  PinCommand(Console console) {
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
