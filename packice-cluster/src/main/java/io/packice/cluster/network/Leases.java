package io.packice.cluster.network;

import io.packice.core.PackiceException;
import io.packice.core.Session;

/** Ends leases on peers that may be gone, and their leases with them. */
final class Leases {
  private Leases() {
  }

  static void release(Held.Part part) {
    end(part, session -> session.release(part.lease()));
  }

  static void releaseSoon(Held.Part part) {
    end(part, session -> session.releaseSoon(part.lease()));
  }

  /** How a lease ends. */
  @FunctionalInterface
  private interface End {
    void in(Session session);
  }

  private static void end(Held.Part part, End end) {
    if (part.member().current() == null) {
      return;
    }
    try {
      boolean _ = part.member().call(session -> {
        end.in(session);
        return true;
      });
    } catch (PackiceException ended) {
      Log.notEnded("A lease on " + part.member() + " had ended before it was released", ended);
    }
  }
}
