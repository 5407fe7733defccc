package io.packice.contract;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.transport.uds.UdsServer;
import io.packice.transport.uds.UdsSession;
import java.nio.file.Path;

/** The clients' contract for a peer behind a Unix socket. */
public abstract class UdsClientTest extends ClientContractTest {
  private UdsServer server;

  @Override
  protected final void serve(Peer served, Path folder) {
    server = UdsServer.open(served, folder.resolve("packice.sock"));
  }

  @Override
  protected final PackiceClient connect() {
    return Packice.connect(server.socket());
  }

  @Override
  protected final Session openSession() {
    return UdsSession.connect(server.socket());
  }

  @Override
  protected final void stopServing() {
    server.close();
  }
}
