package io.packice.backends.sharedfs;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.contract.ManualTime;
import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The life of a peer whose heart beats by hand, and which therefore can die without its process: it falls silent, and others give it up. */
final class Life {
  final int number;
  final LocalPeer peer;
  private final SharedFileBlobStore store;
  Session session;
  /** It does nothing and hears nothing: stopped, or killed. */
  boolean isSilent;
  Duration silence = Duration.ZERO;

  Life(int number, Path folder, long capacityBytes, ManualTime time, Duration timeout) {
    this.number = number;
    this.store =
        SharedFileBlobStore.open(folder, capacityBytes, time, time, timeout, SharedFileBlobStore.Pace.BY_HAND);
    this.peer = new LocalPeer(store, new InMemoryLeaseStore(time), capacityBytes, time);
    this.session = peer.openSession(Caller.thisProcess());
  }

  boolean isAwake() {
    return !isSilent;
  }

  void reconnect() {
    session.close();
    session = peer.openSession(Caller.thisProcess());
  }

  /** False if others have given it up. */
  boolean beat() {
    return store.beat();
  }

  void doChores() {
    peer.runChores();
    store.buryTheDead();
  }

  /** Whether others think that it is there, dead or alive. */
  boolean isKnown() {
    return Files.exists(store.folder.peer(store.members.own));
  }
}
