package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.cli.command.Console;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code packice unpin}. */
@Command(name = "unpin", description = "Let pinned objects be evicted again when room is needed.", footer = {
    "  packice unpin models/resnet50"})
public final class UnpinCommand extends ObjectsCommand {
  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public UnpinCommand(Console console) {
    super(console);
  }

  @Override
  void apply(PackiceClient client, String id) throws IOException {
    client.unpin(id);
    if (json()) {
      printJson(Map.of("unpinned", id));
    }
  }
}
