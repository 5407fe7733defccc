package io.packice.cli;

import io.packice.PackiceClient;
import io.packice.core.ObjectStatus;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code packice stat}. */
@Command(name = "stat", description = "Describe sealed objects: sizes, leases, age, metadata.", footer = {
    "  packice stat mnist",
    "  packice stat --json mnist | jq .meta"})
final class StatCommand extends ObjectsCommand {
  private boolean first = true;

  StatCommand(Console console) {
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
