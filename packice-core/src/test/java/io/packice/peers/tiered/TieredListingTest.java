package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import io.packice.peers.MemoryPeer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listings during which objects go from tier to tier, exactly between the look at the one and the look at the other. */
@Timeout(600)
final class TieredListingTest {
  private static final long PAGE = 4096;
  private static final long HOT = 8 * PAGE;

  /** Runs once, when the next listing of the tier is asked for: before and after it is made. */
  private Runnable before = () -> {
  };
  private Runnable after = () -> {
  };

  /** A peer whose listings can be interrupted. */
  private Peer watched(Peer peer) {
    return new Peer() {
      @Override
      public Session openSession(Caller caller) {
        Session session = peer.openSession(caller);
        return (Session) Proxy.newProxyInstance(Session.class.getClassLoader(), new Class<?>[] {Session.class},
            (_, method, arguments) -> {
              boolean isListing = method.getName().equals("list") && ((int) arguments[2]) > 1; // not a look for one id
              if (isListing) {
                runOnce(before, () -> before = () -> {
                });
              }
              try {
                return method.invoke(session, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (isListing) {
                  runOnce(after, () -> after = () -> {
                  });
                }
              }
            });
      }

      @Override
      public void close() {
        peer.close();
      }
    };
  }

  private static void runOnce(Runnable hook, Runnable forget) {
    forget.run();
    hook.run();
  }

  private static void put(PackiceClient client, String id, long pages) {
    AcquireRequest request =
        AcquireRequest.create(new ObjectId(id), List.of(pages * PAGE)).withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      writer.seal();
    }
  }

  private static List<String> ids(PackiceClient client) {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  @Test
  void whatGoesUpBeforeTheLookDownAndDownAfterItIsListed() {
    Peer cold = watched(MemoryPeer.create(100 * PAGE));
    try (TieredPeer peer = new TieredPeer(MemoryPeer.create(HOT), cold, TieringPolicy.DEFAULT, TimeSource.SYSTEM,
        TieredPeer.Pace.BY_HAND); PackiceClient client = Packice.connect(peer)) {
      put(client, "moving", 4);
      put(client, "filler", 8); // sends it down
      client.discard("filler");

      before = () -> put(client, "moving", 4); // up, and the old version is gone from below
      after = () -> put(client, "filler", 8); // down again
      assertThat(ids(client)).contains("moving");
      assertThat(peer.tiers().demotions()).isEqualTo(2);
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void whatIsDiscardedWhileItMovesIsNotListed() {
    Peer cold = watched(MemoryPeer.create(100 * PAGE));
    try (TieredPeer peer = new TieredPeer(MemoryPeer.create(HOT), cold, TieringPolicy.DEFAULT, TimeSource.SYSTEM,
        TieredPeer.Pace.BY_HAND); PackiceClient client = Packice.connect(peer)) {
      put(client, "moving", 4);
      put(client, "staying", 1);
      before = () -> {
        put(client, "moving", 4);
        client.discard("moving");
      };
      assertThat(ids(client)).containsExactly("staying");
    }
    LeakCheck.assertNothingHeld();
  }
}
