package io.packice.spark.peers;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.PeerUnavailableException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The connections of this JVM: one to each peer, shared by all tasks and never closed, because leases live and die with it. A connection that broke,
 * such as by a restart of the peer, is replaced by the next caller. Safe from any thread.
 */
public final class Peers {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Map<String, PackiceClient> CLIENTS = new HashMap<>();

  private Peers() {
  }

  /**
   * The connection to a peer. It was alive a moment ago.
   *
   * @param address which peer
   * @return the client, which is everybody's: do not close it
   * @throws PeerUnavailableException if no peer answers there
   * @throws IllegalArgumentException if the address has none of the forms that {@link Packice#connect(String)} knows
   */
  public static PackiceClient client(PeerAddress address) {
    String here = address.here();
    LOCK.lock();
    try {
      PackiceClient known = CLIENTS.get(here);
      if (known != null) {
        if (isAlive(known)) {
          return known;
        }
        CLIENTS.remove(here);
        known.close(); // what it leased is gone with the connection
      }
      PackiceClient connected = connect(address, here);
      CLIENTS.put(here, connected);
      return connected;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Reads something over the connection to a peer, and once more over a new one if that has broken. Nothing else is asked of the peer.
   *
   * @param <T> what is read
   * @param address which peer
   * @param reading does it, and may do it again
   * @return what it gave
   * @throws PeerUnavailableException if no peer answers there
   */
  public static <T> T read(PeerAddress address, Function<PackiceClient, T> reading) {
    PackiceClient known;
    LOCK.lock();
    try {
      known = CLIENTS.get(address.here());
    } finally {
      LOCK.unlock();
    }
    if (known != null) {
      try {
        return reading.apply(known);
      } catch (PeerUnavailableException _) {
        // the next connection says why, if it is not to be had
      }
    }
    return reading.apply(client(address));
  }

  private static PackiceClient connect(PeerAddress address, String here) {
    try {
      return Packice.connect(here);
    } catch (PeerUnavailableException nobody) {
      throw new PeerUnavailableException(nobody.getMessage() + (address.given() == null
          ? " (no peer was named: give the option \"" + PeerAddress.OPTION + "\" or set " + PeerAddress.CONF + ")"
          : ""), nobody);
    }
  }

  private static boolean isAlive(PackiceClient client) {
    try {
      var _ = client.stats();
      return true;
    } catch (PeerUnavailableException _) {
      return false; // the caller connects anew, which says why if that fails, too
    }
  }
}
