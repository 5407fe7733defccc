package io.packice;

import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseKeeper;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A session that its client and everything the client has opened hold together: it closes with the last of them. So a client that is
 * closed first pulls no mapping away from under vectors or tensors that native code still reads.
 */
final class ClientSession {
  private final Session session;
  private final Runnable afterClose;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final LeaseKeeper keeper;

  ClientSession(Session session, Runnable afterClose) {
    this.session = session;
    this.afterClose = afterClose;
    this.keeper = LeaseKeeper.of(session);
  }

  /** Renews the leases of what is open for writing, and others that it is told of. */
  LeaseKeeper keeper() {
    return keeper;
  }

  Session session() {
    return session;
  }

  void retain() {
    if (holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException("Cannot use this client: it is closed; connect anew");
    }
  }

  /** Ends a lease and its holder's share in the session. If the peer is gone, so is the lease, and that is all right. */
  void end(Lease lease) {
    try {
      if (lease.intent() == Intent.READ) {
        session.releaseSoon(lease.id());
      } else {
        session.release(lease.id());
      }
    } catch (PeerUnavailableException gone) {
      Log.leaseEndedWithPeer(lease.object().id().value(), gone);
    } finally {
      release();
    }
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      keeper.close();
      session.close();
      afterClose.run();
    }
  }
}
