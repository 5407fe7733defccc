package io.packice.cli;

import io.packice.Packice;
import io.packice.PackiceClient;

/** A subcommand that talks to a peer. */
abstract class ClientCommand extends BaseCommand {
  ClientCommand(Console console) {
    super(console);
  }

  @Override
  final int run() throws Exception {
    try (PackiceClient client = Packice.connect(address())) {
      return run(client);
    }
  }

  /** Does the work; returns the exit code. */
  abstract int run(PackiceClient client) throws Exception;
}
