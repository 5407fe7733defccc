package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.cli.command.Console;
import io.packice.core.NotFoundException;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code packice rm}. */
@Command(name = "rm",
    description = "Discard objects, and tables with their parts: an id is free at once, the bytes when their last reader closes.",
    footer = {
        "  packice rm scratch",
        "  packice ls --json tmp/ | jq -r .id | xargs -d '\\\\n' packice rm"})
public final class RemoveCommand extends ObjectsCommand {
  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public RemoveCommand(Console console) {
    super(console);
  }

  @Override
  void apply(PackiceClient client, String id) throws IOException {
    if (isTable(client, id)) {
      new ArrowTables(client).drop(id); // with its parts
    } else {
      client.discard(id);
    }
    if (json()) {
      printJson(Map.of("discarded", id));
    }
  }

  private static boolean isTable(PackiceClient client, String id) {
    try {
      return ArrowTables.isTable(client.stat(id).object());
    } catch (NotFoundException e) {
      throw new NotFoundException("Cannot discard " + id + ": no such object; look at the listing", e);
    }
  }
}
