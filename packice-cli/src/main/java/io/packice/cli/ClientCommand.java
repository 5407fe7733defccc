package io.packice.cli;

import io.packice.PackiceClient;
import picocli.CommandLine.Mixin;

/** A subcommand that talks to a peer. */
abstract class ClientCommand extends BaseCommand {
  @Mixin private final PeerOptions peer = new PeerOptions();

  ClientCommand(Console console) {
    super(console);
  }

  @Override
  final int run() throws Exception {
    try (PackiceClient client = peer.connect(peerAddress(), console)) {
      return run(client);
    }
  }

  /** Where the peer is, in whichever way that was said. */
  final String peerAddress() {
    return peer.address(socket(), console);
  }

  /** Does the work; returns the exit code. */
  abstract int run(PackiceClient client) throws Exception;
}
