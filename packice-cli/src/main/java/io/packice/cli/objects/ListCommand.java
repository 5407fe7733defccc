package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.core.ObjectStatus;
import java.io.IOException;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code packice ls}. */
@Command(name = "ls", description = "List the sealed objects of a peer.", footer = {
    "  packice ls                       everything",
    "  packice ls mnist/                what starts with mnist/",
    "  packice ls --json | jq -r .id    the ids, for a script"})
public final class ListCommand extends ClientCommand {
  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "What the ids start with.") private String prefix =
      "";

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public ListCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    Iterator<ObjectStatus> objects = client.list(prefix).iterator();
    if (json()) {
      while (objects.hasNext()) {
        printJson(Statuses.fields(objects.next()));
      }
    } else if (objects.hasNext()) {
      Statuses.table(objects).printTo(console);
    } else {
      console.err().println(prefix.isEmpty()
          ? "The peer holds no objects; put one there with: packice put ID FILE"
          : "The peer holds no object whose id starts with " + prefix);
    }
    return 0;
  }
}
