package io.packice.contract;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.Caller;
import io.packice.core.Peer;
import io.packice.core.Session;
import java.nio.file.Path;

/** The clients' contract for a peer that is used directly. */
public abstract class DirectClientTest extends ClientContractTest {
  private Peer peer;

  @Override
  protected final void serve(Peer served, Path folder) {
    peer = served;
  }

  @Override
  protected final PackiceClient connect() {
    return Packice.connect(peer);
  }

  @Override
  protected final Session openSession() {
    return peer.openSession(Caller.thisProcess());
  }

  @Override
  protected final void stopServing() {
    // nothing stands in between
  }
}
