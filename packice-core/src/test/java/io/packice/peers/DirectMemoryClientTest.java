package io.packice.peers;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.ClientContractTest;
import io.packice.core.BlobStore;
import io.packice.core.Caller;
import io.packice.core.Peer;
import io.packice.core.Session;
import java.nio.file.Path;

/** Objects in memory, used directly. */
final class DirectMemoryClientTest extends ClientContractTest {
  private Peer peer;

  @Override
  protected BlobStore newBlobStore(Path folder) {
    return new MemfdBlobStore();
  }

  @Override
  protected void serve(Peer served, Path folder) {
    peer = served;
  }

  @Override
  protected PackiceClient connect() {
    return Packice.connect(peer);
  }

  @Override
  protected Session openSession() {
    return peer.openSession(Caller.thisProcess());
  }

  @Override
  protected void stopServing() {
    // nothing stands in between
  }
}
