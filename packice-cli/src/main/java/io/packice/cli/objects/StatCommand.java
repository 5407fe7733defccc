package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.cli.command.Console;
import io.packice.core.ObjectStatus;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code packice stat}. */
@Command(name = "stat", description = "Describe sealed objects: sizes, leases, age, metadata.", footer = {
    "  packice stat mnist",
    "  packice stat --json mnist | jq .meta"})
public final class StatCommand extends ObjectsCommand {
  private boolean first = true;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public StatCommand(Console console) {
    super(console);
  }

  @Override
  void apply(PackiceClient client, String id) throws IOException {
    ObjectStatus status = client.stat(id);
    if (json()) {
      printJson(Statuses.fields(status));
      return;
    }
    if (!first) {
      console.line("");
    }
    first = false;
    console.line(Statuses.describe(status));
  }
}
