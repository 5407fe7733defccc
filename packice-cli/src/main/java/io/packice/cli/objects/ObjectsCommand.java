package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A subcommand that does the same to each of several objects; a refusal of one is reported and does not keep the others from it. */
abstract class ObjectsCommand extends ClientCommand {
  @Parameters(arity = "1..*", paramLabel = "ID", description = "The objects.") private List<ObjectId> ids = List.of();

  ObjectsCommand(Console console) {
    super(console);
  }

  @Override
  protected final int run(PackiceClient client) throws IOException {
    int status = 0;
    for (ObjectId id : ids) {
      try {
        apply(client, id.value());
      } catch (PeerUnavailableException gone) {
        throw gone; // for all of them
      } catch (PackiceException refused) {
        status = failures().report(refused);
      }
    }
    return status;
  }

  abstract void apply(PackiceClient client, String id) throws IOException;
}
