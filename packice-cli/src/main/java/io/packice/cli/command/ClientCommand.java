package io.packice.cli.command;

import io.packice.PackiceClient;
import picocli.CommandLine.Mixin;

/** A subcommand that talks to a peer. */
public abstract class ClientCommand extends BaseCommand {
  @Mixin private final PeerOptions peer = new PeerOptions();

  /**
   * A command.
   *
   * @param console what the command talks to
   */
  protected ClientCommand(Console console) {
    super(console);
  }

  @Override
  protected final int run() throws Exception {
    try (PackiceClient client = peer.connect(peerAddress(), console)) {
      return run(client);
    }
  }

  /**
   * Where the peer is, in whichever way that was said.
   *
   * @return the address
   */
  protected final String peerAddress() {
    return peer.address(socket(), console);
  }

  /**
   * Does the work.
   *
   * @param client the peer
   * @return the exit code
   * @throws Exception if that is refused
   */
  protected abstract int run(PackiceClient client) throws Exception;
}
