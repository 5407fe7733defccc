package io.packice.transport.uds;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.ClientContractTest;
import io.packice.core.BlobStore;
import io.packice.core.Peer;
import io.packice.core.Session;
import java.nio.file.Path;

/** Objects in memory, over a Unix socket. */
final class UdsMemoryClientTest extends ClientContractTest {
  private UdsServer server;

  @Override
  protected BlobStore newBlobStore(Path folder) {
    return new MemfdBlobStore();
  }

  @Override
  protected void serve(Peer served, Path folder) {
    server = UdsServer.open(served, folder.resolve("packice.sock"));
  }

  @Override
  protected PackiceClient connect() {
    return Packice.connect(server.socket());
  }

  @Override
  protected Session openSession() {
    return UdsSession.connect(server.socket());
  }

  @Override
  protected void stopServing() {
    server.close();
  }
}
